/**
 * How an edit's change depends on the colour around each pixel: the local linear model of guided
 * filtering, as fitted by `_slopes` in stgan_tf/editing/full_size.py.
 */

/** Half the side of the windows, in pixels. */
const RADIUS = 2;
/** Colour variance, in [0, 1], below which a window counts as uniform. */
const LEAST_VARIANCE = 1e-5;

/** A `side` x `side` square with `channels` values per pixel, row by row. */
export interface Planes {
  readonly side: number;
  readonly channels: number;
  readonly data: Float64Array;
}

export function planes(side: number, channels: number): Planes {
  return { side, channels, data: new Float64Array(side * side * channels) };
}

/** For each pixel, slope g, c at g * change.channels + c: of channel c with channel g of `guide`. */
export function slopesOf(guide: Planes, change: Planes): Planes {
  const guides = guide.channels;
  const outputs = change.channels;
  const meanGuide = windowMean(guide);
  const meanChange = windowMean(change);
  const own = windowMean(products(guide, guide));
  const both = windowMean(products(guide, change));
  const slopes = planes(guide.side, guides * outputs);
  const matrix = new Float64Array(guides * guides);
  const right = new Float64Array(guides * outputs);
  for (let pixel = 0; pixel < guide.side ** 2; pixel++) {
    for (let g = 0; g < guides; g++) {
      const mean = meanGuide.data[pixel * guides + g]!;
      for (let h = 0; h < guides; h++) {
        const covariance =
          own.data[(pixel * guides + g) * guides + h]! - mean * meanGuide.data[pixel * guides + h]!;
        matrix[g * guides + h] = covariance + (g === h ? LEAST_VARIANCE : 0);
      }
      for (let c = 0; c < outputs; c++) {
        right[g * outputs + c] =
          both.data[(pixel * guides + g) * outputs + c]! - mean * meanChange.data[pixel * outputs + c]!;
      }
    }
    solve(matrix, right, guides, outputs);
    slopes.data.set(right, pixel * guides * outputs);
  }
  return windowMean(slopes);
}

function products(a: Planes, b: Planes): Planes {
  const result = planes(a.side, a.channels * b.channels);
  let to = 0;
  for (let pixel = 0; pixel < a.side ** 2; pixel++) {
    for (let i = 0; i < a.channels; i++) {
      for (let j = 0; j < b.channels; j++) {
        result.data[to++] = a.data[pixel * a.channels + i]! * b.data[pixel * b.channels + j]!;
      }
    }
  }
  return result;
}

/** Mean over the window around each pixel; the picture is mirrored at the border. */
export function windowMean(values: Planes): Planes {
  const { side, channels } = values;
  const alongRows = averaged(values, channels, side * channels);
  return averaged(alongRows, side * channels, channels);
}

/** Averages along the axis whose neighbours are `step` apart; `other`: the step of the other axis. */
function averaged({ side, channels, data }: Planes, step: number, other: number): Planes {
  const result = planes(side, channels);
  const window = 2 * RADIUS + 1;
  for (let position = 0; position < side; position++) {
    const near = Array.from({ length: window }, (_, k) => mirrored(position + k - RADIUS, side) * step);
    for (let line = 0; line < side; line++) {
      const to = line * other + position * step;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < window; k++) sum += data[line * other + near[k]! + channel]!;
        result.data[to + channel] = sum / window;
      }
    }
  }
  return result;
}

/** The outermost pixel is repeated: -1 is 0, -2 is 1. */
function mirrored(position: number, side: number): number {
  const period = 2 * side;
  const within = ((position % period) + period) % period;
  return Math.min(within, period - 1 - within);
}

/** Solves `matrix` (size x size, positive definite) for `right` (size x columns), in place. */
function solve(matrix: Float64Array, right: Float64Array, size: number, columns: number): void {
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row * size + pivot]! / matrix[pivot * size + pivot]!;
      for (let k = pivot; k < size; k++) matrix[row * size + k]! -= factor * matrix[pivot * size + k]!;
      for (let c = 0; c < columns; c++) {
        right[row * columns + c]! -= factor * right[pivot * columns + c]!;
      }
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let c = 0; c < columns; c++) {
      let sum = right[row * columns + c]!;
      for (let k = row + 1; k < size; k++) sum -= matrix[row * size + k]! * right[k * columns + c]!;
      right[row * columns + c] = sum / matrix[row * size + row]!;
    }
  }
}
