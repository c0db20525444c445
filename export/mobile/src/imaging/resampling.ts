/**
 * Pillow's resampling, antialiased when downscaling. stgan_tf/editing/full_size.py uses its bicubic
 * kernel (A = -0.5), stgan_tf/alignment its Lanczos kernel.
 */
const A = -0.5;

export interface Kernel {
  /** Beyond this distance it is 0. */
  readonly support: number;
  readonly at: (distance: number) => number;
}

/** For each output position, weights of `counts[i]` input positions from `firsts[i]`. */
export interface ResamplingTaps {
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  /** Weight k of output i is at i * most + k. */
  readonly weights: Float64Array;
  readonly most: number;
}

export const BICUBIC: Kernel = {
  support: 2,
  at: (x) => {
    const distance = Math.abs(x);
    if (distance < 1) return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
    if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * A;
    return 0;
  },
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

export const BILINEAR: Kernel = { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) };

export const LANCZOS: Kernel = {
  support: 3,
  at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** Taps that resample the positions `from`..`to` (edges of pixels) of `inputSize` to `outputSize`. */
export function resamplingTaps(
  inputSize: number,
  outputSize: number,
  from = 0,
  to = inputSize,
  kernel = BICUBIC,
): ResamplingTaps {
  const scale = (to - from) / outputSize;
  const widening = Math.max(1, scale);
  const support = kernel.support * widening;
  const most = Math.ceil(support) * 2 + 1;
  const firsts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * most);
  for (let output = 0; output < outputSize; output++) {
    const centre = from + (output + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(inputSize, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let input = first; input < last; input++) {
      const weight = kernel.at((input - centre + 0.5) / widening);
      weights[output * most + input - first] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < last - first; tap++) weights[output * most + tap]! /= sum;
    firsts[output] = first;
    counts[output] = last - first;
  }
  return { firsts, counts, weights, most };
}
