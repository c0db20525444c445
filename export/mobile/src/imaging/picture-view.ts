/** A model's view of a whole picture; must match `view_of` in stgan_tf/editing/full_size.py. */
import { roundHalfToEven } from './bicubic';
import { type PictureRows, stripsOf } from './picture-rows';
import type { CropBox, RgbImage } from './pixels';
import { resamplingTaps } from './resampling';

/** How non-square pictures are made square; empty means stretch. */
export const RESIZES = ['', 'stretch', 'cover', 'contain'] as const;
export type Resize = (typeof RESIZES)[number];

export interface PictureView {
  /** size x size. */
  readonly pixels: RgbImage;
  /** The part that shows the picture; the rest shows its reflection. */
  readonly part: CropBox;
  /** Whether the picture has any colour. */
  readonly coloured: boolean;
}

/**
 * The whole picture in `size` x `size` pixels. Cover is treated like contain, preserving the aspect
 * ratio: an edit limited to the central square would be useless.
 */
export function viewOf(picture: PictureRows, size: number, resize: Resize): PictureView {
  const part = partOf(picture, size, resize);
  const { narrowed, coloured } = narrowedRows(picture, part.width);
  const shown = shortened(narrowed, part.height);
  const rows = reflected(part.height, size);
  const columns = reflected(part.width, size);
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (rows[y]! * part.width + columns[x]!) * 3;
      data.set(shown.data.subarray(from, from + 3), (y * size + x) * 3);
    }
  }
  return { pixels: { width: size, height: size, data }, part, coloured };
}

function partOf({ width, height }: PictureRows, size: number, resize: Resize): CropBox {
  if (resize !== 'cover' && resize !== 'contain') return { top: 0, left: 0, height: size, width: size };
  const longer = Math.max(width, height);
  const pixels = (side: number): number => Math.max(1, roundHalfToEven((size * side) / longer));
  const [rows, columns] = [pixels(height), pixels(width)];
  return {
    top: Math.floor((size - rows) / 2),
    left: Math.floor((size - columns) / 2),
    height: rows,
    width: columns,
  };
}

/** `reflected` of stgan_tf/squaring.py: which of `length` pixels each of `side` around them shows. */
export function reflected(length: number, side: number): number[] {
  const period = Math.max(2 * (length - 1), 1);
  const before = Math.floor((side - length) / 2);
  return Array.from({ length: side }, (_, index) => {
    const position = (((index - before) % period) + period) % period;
    return Math.min(position, period - position);
  });
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

/** The picture at `width` columns and all of its rows; Pillow too makes bytes of each direction. */
function narrowedRows(
  picture: PictureRows,
  width: number,
): { readonly narrowed: RgbImage; readonly coloured: boolean } {
  const { firsts, counts, weights, most } = resamplingTaps(picture.width, width);
  const data = new Uint8Array(picture.height * width * 3);
  let coloured = false;
  for (const [top, count] of stripsOf(picture)) {
    const strip = picture.rows(top, count).data;
    coloured ||= hasColour(strip);
    for (let y = 0; y < count; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * picture.width + firsts[x]!) * 3;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let tap = 0; tap < counts[x]!; tap++) {
          const weight = weights[x * most + tap]!;
          red += weight * strip[from + 3 * tap]!;
          green += weight * strip[from + 3 * tap + 1]!;
          blue += weight * strip[from + 3 * tap + 2]!;
        }
        const to = ((top + y) * width + x) * 3;
        data[to] = toByte(red);
        data[to + 1] = toByte(green);
        data[to + 2] = toByte(blue);
      }
    }
  }
  return { narrowed: { width, height: picture.height, data }, coloured };
}

function shortened(image: RgbImage, height: number): RgbImage {
  const { firsts, counts, weights, most } = resamplingTaps(image.height, height);
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

function hasColour(data: Uint8Array): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true;
  }
  return false;
}
