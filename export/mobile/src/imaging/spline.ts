/**
 * Cubic spline interpolation under an affine map, as scipy.ndimage.affine_transform does it with
 * order=3 and mode="nearest", by which stgan_tf/alignment/warping.py samples photos.
 */
import type { RgbImage } from './pixels';
import type { Point } from './similarity';

/** Beyond the border the outermost pixels are repeated this often before the spline is fitted. */
const RIM = 12;
const POLE = Math.sqrt(3) - 2;
const GAIN = (1 - POLE) * (1 - 1 / POLE);

/** Result pixel (x, y) is at origin + x * across + y * down in the image. */
export interface Grid {
  readonly origin: Point;
  readonly across: Point;
  readonly down: Point;
}

export function splineSampled(image: RgbImage, grid: Grid, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let channel = 0; channel < 3; channel++) sampleChannel(image, channel, grid, width, data);
  return { width, height, data };
}

function sampleChannel(
  image: RgbImage,
  channel: number,
  { origin, across, down }: Grid,
  width: number,
  data: Uint8Array,
): void {
  const columns = image.width + 2 * RIM;
  const rows = image.height + 2 * RIM;
  const coefficients = coefficientsOf(image, channel, columns, rows);
  const [weightsX, weightsY] = [new Float64Array(4), new Float64Array(4)];
  for (let pixel = 0; 3 * pixel < data.length; pixel++) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    const atX = clamped(origin.x + x * across.x + y * down.x + RIM, columns - 1);
    const atY = clamped(origin.y + x * across.y + y * down.y + RIM, rows - 1);
    const [left, top] = [Math.floor(atX) - 1, Math.floor(atY) - 1];
    cubicWeights(atX - left - 1, weightsX);
    cubicWeights(atY - top - 1, weightsY);
    let sum = 0;
    for (let j = 0; j < 4; j++) {
      const line = clamped(top + j, rows - 1) * columns;
      for (let i = 0; i < 4; i++) {
        const value = coefficients[line + clamped(left + i, columns - 1)]!;
        sum += weightsY[j]! * weightsX[i]! * value;
      }
    }
    data[3 * pixel + channel] = Math.round(clamped(sum, 255));
  }
}

const clamped = (value: number, last: number): number => Math.min(last, Math.max(0, value));

/** Cubic B-spline weights of the four pixels around a position, `t` after the second. */
function cubicWeights(t: number, weights: Float64Array): void {
  const u = 1 - t;
  weights[0] = (u * u * u) / 6;
  weights[1] = (4 - 6 * t * t + 3 * t * t * t) / 6;
  weights[2] = (4 - 6 * u * u + 3 * u * u * u) / 6;
  weights[3] = (t * t * t) / 6;
}

/** The channel with its rim as spline coefficients. */
function coefficientsOf(
  image: RgbImage,
  channel: number,
  columns: number,
  rows: number,
): Float64Array {
  const values = new Float64Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    const line = clamped(y - RIM, image.height - 1) * image.width;
    for (let x = 0; x < columns; x++) {
      const from = line + clamped(x - RIM, image.width - 1);
      values[y * columns + x] = image.data[3 * from + channel]!;
    }
  }
  for (let y = 0; y < rows; y++) filter(values, y * columns, 1, columns);
  for (let x = 0; x < columns; x++) filter(values, x, columns, rows);
  return values;
}

/**
 * The recursive filter that makes a line of values spline coefficients, in place. The rim is long
 * enough for the values at its ends not to matter.
 */
function filter(values: Float64Array, start: number, step: number, length: number): void {
  const end = start + (length - 1) * step;
  values[start]! *= GAIN / (1 - POLE);
  for (let i = start + step; i <= end; i += step) {
    values[i] = GAIN * values[i]! + POLE * values[i - step]!;
  }
  values[end]! *= POLE / (POLE - 1);
  for (let i = end - step; i >= start; i -= step) {
    values[i] = POLE * (values[i + step]! - values[i]!);
  }
}
