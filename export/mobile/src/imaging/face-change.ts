/**
 * Adds a model's edit of a face to the photo at any size; must match `paste` in
 * stgan_tf/alignment/pasting.py (its method "difference").
 */
import { type Alignment, covered } from './aligning';
import { roundHalfToEven } from './bicubic';
import { GREY_WEIGHTS } from './grey';
import type { CropBox, RgbImage } from './pixels';
import type { RowChanger } from './row-changer';
import { LANCZOS, resamplingTaps } from './resampling';
import { apply, compose, inverse, scaleOf, type Similarity } from './similarity';

/** The edit fades in from the border over this fraction of the square's side. */
const FEATHER = 0.12;

export interface FaceChange {
  readonly alignment: Alignment;
  readonly side: number;
  /** Edited less unedited, side x side x 3; the channels are equal in a photo without colour. */
  readonly values: Float64Array;
}

/** Both images are the model's output for the face, `unedited` without any change. */
export function faceChangeOf(
  alignment: Alignment,
  edited: RgbImage,
  unedited: RgbImage,
  coloured: boolean,
): FaceChange {
  const values = Float64Array.from(edited.data, (value, i) => value - unedited.data[i]!);
  if (!coloured) {
    for (let i = 0; i < values.length; i += 3) {
      const [red, green, blue] = GREY_WEIGHTS;
      const grey = red * values[i]! + green * values[i + 1]! + blue * values[i + 2]!;
      values.fill(grey, i, i + 3);
    }
  }
  return { alignment, side: edited.width, values };
}

/** Applies a change to a picture, a few rows at a time. */
export class FaceChangeAdder implements RowChanger {
  /** The only part of the picture that may change. */
  private readonly part: CropBox;
  private readonly toAligned: Similarity;
  private readonly area: CropBox;
  private readonly values: Float64Array;
  private readonly side: number;
  /** Of values per pixel of the aligned image. */
  private readonly perPixel: { readonly x: number; readonly y: number };
  /** From positions in the patch to those in `values`, which may be smaller. */
  private readonly shrink: number;

  /** `toPhoto`: from the picture's pixels to the photo's, for previews. */
  constructor(change: FaceChange, picture: { width: number; height: number }, toPhoto: Similarity) {
    const { alignment, side } = change;
    const { area } = alignment;
    this.area = area;
    this.toAligned = compose(alignment.toAligned, toPhoto);
    const [top, left] = [area.top - 0.5, area.left - 0.5];
    const [bottom, right] = [top + area.height, left + area.width];
    const corners = [[left, top], [right, top], [right, bottom], [left, bottom]] as const;
    const back = inverse(this.toAligned);
    this.part = covered(corners.map(([x, y]) => apply(back, { x, y })), picture);
    this.perPixel = { x: side / area.width, y: side / area.height };
    // A face smaller than the patch: low-pass filter first.
    const shrinking = scaleOf(this.toAligned) * Math.max(this.perPixel.x, this.perPixel.y);
    this.side = shrinking > 1 ? Math.max(1, roundHalfToEven(side / shrinking)) : side;
    this.shrink = this.side / side;
    this.values = this.side === side ? change.values : shrunk(change.values, side, this.side);
  }

  changed(rows: RgbImage, top: number): RgbImage {
    const { part } = this;
    const data = Uint8Array.from(rows.data);
    const last = Math.min(top + rows.height, part.top + part.height);
    for (let y = Math.max(top, part.top); y < last; y++) {
      const line = (y - top) * rows.width;
      for (let x = part.left; x < part.left + part.width; x++) this.add(x, y, data, 3 * (line + x));
    }
    return { width: rows.width, height: rows.height, data };
  }

  private add(x: number, y: number, data: Uint8Array, at: number): void {
    const { factor, shift } = this.toAligned;
    const alignedX = factor.x * x - factor.y * y + shift.x;
    const alignedY = factor.y * x + factor.x * y + shift.y;
    const weight = this.weight(alignedX, alignedY);
    if (weight === 0) return;
    // The resize to the patch has no half-pixel offset: patch = (x - left) * side / width.
    const patchX = (alignedX - this.area.left) * this.perPixel.x;
    const patchY = (alignedY - this.area.top) * this.perPixel.y;
    const { shrink } = this;
    const valueX = shrink === 1 ? patchX : (patchX + 0.5) * shrink - 0.5;
    const valueY = shrink === 1 ? patchY : (patchY + 0.5) * shrink - 0.5;
    this.addValues(valueX, valueY, weight, data, at);
  }

  /** 0 outside the area, rising smoothly to 1 inside it. */
  private weight(x: number, y: number): number {
    const { left, top, width, height } = this.area;
    const across = width / 2 - Math.abs(x - (left - 0.5 + width / 2));
    const down = height / 2 - Math.abs(y - (top - 0.5 + height / 2));
    const inside = Math.min(across, down) / (FEATHER * Math.min(width, height));
    if (inside <= 0) return 0;
    return inside >= 1 ? 1 : inside * inside * (3 - 2 * inside);
  }

  /** Adds the change at a position, bicubically interpolated as by Pillow's transforms. */
  private addValues(x: number, y: number, weight: number, data: Uint8Array, at: number): void {
    const { side, values } = this;
    if (x < -0.5 || y < -0.5 || x >= side - 0.5 || y >= side - 0.5) return;
    const left = Math.floor(x);
    const top = Math.floor(y);
    const dx = x - left;
    const dy = y - top;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let j = -1; j < 3; j++) {
      const line = Math.min(side - 1, Math.max(0, top + j)) * side;
      const down = weight * bicubic(j - dy);
      for (let i = -1; i < 3; i++) {
        const from = 3 * (line + Math.min(side - 1, Math.max(0, left + i)));
        const share = down * bicubic(i - dx);
        red += share * values[from]!;
        green += share * values[from + 1]!;
        blue += share * values[from + 2]!;
      }
    }
    data[at] = toByte(data[at]! + red);
    data[at + 1] = toByte(data[at + 1]! + green);
    data[at + 2] = toByte(data[at + 2]! + blue);
  }
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** The kernel of Pillow's transforms, A = -1 (that of its resize has A = -0.5). */
function bicubic(x: number): number {
  const d = Math.abs(x);
  return d < 1 ? (d - 2) * d * d + 1 : ((5 - d) * d - 8) * d + 4;
}

/** side x side x 3 -> fewer x fewer x 3, as Pillow resizes floats. */
function shrunk(values: Float64Array, side: number, fewer: number): Float64Array {
  const { firsts, counts, weights, most } = resamplingTaps(side, fewer, 0, side, LANCZOS);
  const along = (from: Float64Array, lines: number, step: number, line: number): Float64Array => {
    const result = new Float64Array(lines * fewer * 3);
    for (let l = 0; l < lines; l++) {
      for (let i = 0; i < fewer; i++) {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let tap = 0; tap < counts[i]!; tap++) {
            sum += weights[i * most + tap]! * from[l * line + (firsts[i]! + tap) * step + channel]!;
          }
          result[(step === 3 ? l * fewer + i : i * lines + l) * 3 + channel] = sum;
        }
      }
    }
    return result;
  };
  const narrow = along(values, side, 3, side * 3);
  return along(narrow, fewer, fewer * 3, 3);
}
