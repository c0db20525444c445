/**
 * Applies a model's edit of its downscaled view to the picture at full size; must match `put_back` in
 * stgan_tf/editing/full_size.py, which explains the method.
 *
 *     change = enlarged(difference) + enlarged(slopes) * (picture - enlarged(view))
 */
import { GREY_WEIGHTS } from './grey';
import type { PictureView } from './picture-view';
import type { CropBox, RgbImage } from './pixels';
import { type ResamplingTaps, resamplingTaps } from './resampling';
import type { RowChanger } from './row-changer';
import { type Planes, planes, slopesOf } from './slopes';

/** What an edit adds to a picture of any size. */
export interface PictureChange {
  readonly part: CropBox;
  /** Channels of the guide, and of the change: 3, or 1 for a picture without colour. */
  readonly guides: 1 | 3;
  /** For each changed channel, its offset and then its slope for each channel of the picture. */
  readonly coefficients: Planes;
}

/**
 * The change made by `edited`. Both images are the model's output for `view`, `unedited` without any
 * change, so that unrequested changes do not reach the picture.
 */
export function changeOf(view: PictureView, edited: RgbImage, unedited: RgbImage): PictureChange {
  for (const image of [edited, unedited]) {
    if (image.width !== view.pixels.width || image.height !== view.pixels.height) {
      throw new RangeError(
        `An edit must be ${view.pixels.width}x${view.pixels.height}, as the view is. ` +
          `Received: ${image.width}x${image.height}.`,
      );
    }
  }
  const guides = view.coloured ? 3 : 1;
  const side = view.pixels.width;
  const difference = Float64Array.from(edited.data, (value, i) => value - unedited.data[i]!);
  const guide = channelsOf(view.pixels.data, side, guides);
  const change = channelsOf(difference, side, guides);
  const slopes = slopesOf(guide, change);
  const coefficients = planes(side, guides * (1 + guides));
  for (let pixel = 0; pixel < side * side; pixel++) {
    for (let output = 0; output < guides; output++) {
      const to = (pixel * guides + output) * (1 + guides);
      let offset = change.data[pixel * guides + output]!;
      for (let g = 0; g < guides; g++) {
        const slope = slopes.data[(pixel * guides + g) * guides + output]!;
        coefficients.data[to + 1 + g] = slope;
        offset -= slope * guide.data[pixel * guides + g]!;
      }
      coefficients.data[to] = offset * 255;
    }
  }
  return { part: view.part, guides, coefficients };
}

/** RGB / 255, in colour or as greyscale. */
function channelsOf(rgb: ArrayLike<number>, side: number, channels: 1 | 3): Planes {
  const result = planes(side, channels);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const values = [0, 1, 2].map((channel) => rgb[3 * pixel + channel]! / 255);
    if (channels === 3) result.data.set(values, 3 * pixel);
    else result.data[pixel] = values.reduce((sum, value, i) => sum + GREY_WEIGHTS[i]! * value, 0);
  }
  return result;
}

/** Applies a change to a picture of `width` x `height` pixels, a few rows at a time. */
export class ChangeAdder implements RowChanger {
  private readonly across: ResamplingTaps;
  private readonly down: ResamplingTaps;

  constructor(
    private readonly change: PictureChange,
    private readonly width: number,
    height: number,
  ) {
    const { part, coefficients } = change;
    this.across = resamplingTaps(coefficients.side, width, part.left, part.left + part.width);
    this.down = resamplingTaps(coefficients.side, height, part.top, part.top + part.height);
  }

  changed(rows: RgbImage, top: number): RgbImage {
    const data = new Uint8Array(rows.data.length);
    for (let y = 0; y < rows.height; y++) {
      const line = y * this.width * 3;
      this.changeLine(rows.data.subarray(line, line + this.width * 3), data.subarray(line), top + y);
    }
    return { width: rows.width, height: rows.height, data };
  }

  private changeLine(old: Uint8Array, result: Uint8Array, y: number): void {
    const { guides, coefficients } = this.change;
    const { firsts, counts, weights, most } = this.across;
    const step = coefficients.channels;
    const line = this.coefficientsAt(y);
    for (let x = 0; x < this.width; x++) {
      const weight = x * most;
      const red = old[3 * x]!;
      for (let output = 0; output < guides; output++) {
        let from = firsts[x]! * step + output * (1 + guides);
        // Plain variables, because this is the hot loop.
        let offset = 0;
        let slope0 = 0;
        let slope1 = 0;
        let slope2 = 0;
        for (let tap = weight; tap < weight + counts[x]!; tap++, from += step) {
          offset += weights[tap]! * line[from]!;
          slope0 += weights[tap]! * line[from + 1]!;
          if (guides === 1) continue;
          slope1 += weights[tap]! * line[from + 2]!;
          slope2 += weights[tap]! * line[from + 3]!;
        }
        const change = offset + slope0 * red + slope1 * old[3 * x + 1]! + slope2 * old[3 * x + 2]!;
        const value = Math.round(old[3 * x + output]! + change);
        result[3 * x + output] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
      // A greyscale picture has the same value in all three channels.
      if (guides === 1) result.fill(result[3 * x]!, 3 * x, 3 * x + 3);
    }
  }

  /** The vertically interpolated coefficients for row `y` of the picture. */
  private coefficientsAt(y: number): Float64Array {
    const { side, channels, data } = this.change.coefficients;
    const { firsts, counts, weights, most } = this.down;
    const line = new Float64Array(side * channels);
    for (let tap = 0; tap < counts[y]!; tap++) {
      const weight = weights[y * most + tap]!;
      const from = (firsts[y]! + tap) * side * channels;
      for (let i = 0; i < line.length; i++) line[i]! += weight * data[from + i]!;
    }
    return line;
  }
}
