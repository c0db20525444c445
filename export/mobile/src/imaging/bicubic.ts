/**
 * TensorFlow 1's bicubic resizing, with which the models are trained: no half-pixel centres, no
 * antialiasing, A = -0.75, kernel looked up at 1024 positions between two pixels. Gives the same
 * numbers as `bicubic_matrix` and `resize_bicubic_numpy` in stgan_tf/images.py (tested on values
 * computed by them).
 */
import type { RgbImage } from './pixels';

const A = -0.75;
const TABLE_SIZE = 1024;

/** Four taps for each output position: input indices and weights. */
export interface Taps {
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

const near = (x: number): number => ((A + 2) * x - (A + 3)) * x * x + 1;
const far = (x: number): number => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;

/** NumPy's rounding: halves go to the even neighbour. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Taps along one axis; index 4 i + k is tap k of output i. */
export function bicubicTaps(inputSize: number, outputSize: number): Taps {
  const scale = Math.fround(Math.fround(inputSize) / Math.fround(outputSize));
  const indices = new Int32Array(4 * outputSize);
  const weights = new Float32Array(4 * outputSize);
  for (let output = 0; output < outputSize; output++) {
    const position = Math.fround(output * scale);
    const first = Math.floor(position);
    const fraction = roundHalfToEven((position - first) * TABLE_SIZE) / TABLE_SIZE;
    const kernel = [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)];
    for (let tap = 0; tap < 4; tap++) {
      indices[4 * output + tap] = Math.min(inputSize - 1, Math.max(0, first + tap - 1));
      weights[4 * output + tap] = kernel[tap]!;
    }
  }
  return { indices, weights };
}

/** An image -> model input, float32 (size, size, 3) in [-1, 1]. */
export function resizeBicubic(image: RgbImage, size: number): Float32Array {
  const { width, height, data } = image;
  const rows = bicubicTaps(height, size);
  const columns = bicubicTaps(width, size);
  const squeezed = new Float32Array(size * width * 3);
  for (let y = 0; y < size; y++) {
    for (let i = 0; i < width * 3; i++) {
      let sum = 0;
      for (let tap = 4 * y; tap < 4 * y + 4; tap++) {
        sum += rows.weights[tap]! * data[rows.indices[tap]! * width * 3 + i]!;
      }
      squeezed[y * width * 3 + i] = sum;
    }
  }
  const resized = new Float32Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 4 * x; tap < 4 * x + 4; tap++) {
          sum += columns.weights[tap]! * squeezed[(y * width + columns.indices[tap]!) * 3 + channel]!;
        }
        const value = Math.min(255, Math.max(0, sum));
        resized[(y * size + x) * 3 + channel] = value / 127.5 - 1;
      }
    }
  }
  return resized;
}
