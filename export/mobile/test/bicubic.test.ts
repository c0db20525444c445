import { describe, expect, it } from 'vitest';

import { bicubicTaps, resizeBicubic } from '../src/imaging/bicubic';
import { bytesFromFloats } from '../src/imaging/pixels';
import fixture from './fixtures/bicubic.json';

const image = { ...fixture.image, data: Uint8Array.from(fixture.image.data) };

describe('the resize of stgan_tf.images', () => {
  it.each(fixture.matrices.map((matrix) => [`${matrix.from} -> ${matrix.to}`, matrix] as const))(
    'has its weights, %s',
    (_, matrix) => {
      const { indices, weights } = bicubicTaps(matrix.from, matrix.to);
      for (const [row, expected] of Object.entries(matrix.rows)) {
        const sums = new Map<number, number>();
        for (let tap = 4 * Number(row); tap < 4 * Number(row) + 4; tap++) {
          sums.set(indices[tap]!, (sums.get(indices[tap]!) ?? 0) + weights[tap]!);
        }
        const all = new Set([...sums.keys(), ...Object.keys(expected!).map(Number)]);
        const errors = [...all].map((column) =>
          Math.abs((sums.get(column) ?? 0) - ((expected as Record<string, number>)[column] ?? 0)),
        );
        expect(Math.max(...errors)).toBeLessThan(1e-6);
      }
    },
  );

  it.each(Object.entries(fixture.resized))('has its pixels at size %s', (size, expected) => {
    const resized = resizeBicubic(image, Number(size));
    expect(resized).toHaveLength(expected.length);
    const errors = expected.map((value, i) => Math.abs(value - resized[i]!));
    expect(Math.max(...errors)).toBeLessThan(2e-6);
  });

  it('keeps an image that has the size already', () => {
    const square = { width: 4, height: 4, data: Uint8Array.from({ length: 48 }, (_, i) => 5 * i) };
    const resized = resizeBicubic(square, 4);
    for (const [i, value] of resized.entries()) expect(value).toBeCloseTo((5 * i) / 127.5 - 1, 6);
  });
});

describe('bytesFromFloats', () => {
  it('cuts fractions off and clips as to_uint8 does', () => {
    expect(Array.from(bytesFromFloats(Float32Array.from(fixture.floats)))).toEqual(fixture.bytes);
  });

  it('refuses what is not finite', () => {
    expect(() => bytesFromFloats(Float32Array.of(0, NaN))).toThrow(/non-finite/);
  });
});
