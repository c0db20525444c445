/** Resizes a part of a picture as Pillow does: along rows, then along columns, each to 8 bits. */
import { type PictureRows, stripsOf } from './picture-rows';
import type { CropBox, RgbImage } from './pixels';
import { type Kernel, resamplingTaps } from './resampling';

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

/** `box` of the picture in `width` x `height` pixels; reads the picture in strips. */
export function resizedPart(
  picture: PictureRows,
  box: CropBox,
  width: number,
  height: number,
  kernel: Kernel,
): RgbImage {
  return shortened(narrowed(picture, box, width, kernel), height, kernel);
}

/** The box at `width` columns and all of its rows. */
function narrowed(picture: PictureRows, box: CropBox, width: number, kernel: Kernel): RgbImage {
  const taps = resamplingTaps(box.width, width, 0, box.width, kernel);
  const data = new Uint8Array(box.height * width * 3);
  for (const [first, count] of stripsOf({ width: picture.width, height: box.height })) {
    const strip = picture.rows(box.top + first, count).data;
    for (let y = 0; y < count; y++) {
      const line = (y * picture.width + box.left) * 3;
      narrowLine(strip, line, taps, data, (first + y) * width * 3);
    }
  }
  return { width, height: box.height, data };
}

function narrowLine(
  strip: Uint8Array,
  line: number,
  { firsts, counts, weights, most }: ReturnType<typeof resamplingTaps>,
  data: Uint8Array,
  start: number,
): void {
  for (let x = 0; x < counts.length; x++) {
    const from = line + firsts[x]! * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = 0; tap < counts[x]!; tap++) {
      const weight = weights[x * most + tap]!;
      red += weight * strip[from + 3 * tap]!;
      green += weight * strip[from + 3 * tap + 1]!;
      blue += weight * strip[from + 3 * tap + 2]!;
    }
    data[start + 3 * x] = toByte(red);
    data[start + 3 * x + 1] = toByte(green);
    data[start + 3 * x + 2] = toByte(blue);
  }
}

function shortened(image: RgbImage, height: number, kernel: Kernel): RgbImage {
  const { firsts, counts, weights, most } = resamplingTaps(image.height, height, 0, image.height, kernel);
  const stride = image.width * 3;
  const data = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let tap = 0; tap < counts[y]!; tap++) {
        sum += weights[y * most + tap]! * image.data[(firsts[y]! + tap) * stride + i]!;
      }
      data[y * stride + i] = toByte(sum);
    }
  }
  return { width: image.width, height, data };
}
