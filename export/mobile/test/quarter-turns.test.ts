import { describe, expect, it } from 'vitest';

import { quarterTurns } from '../src/detection/quarter-turns';

const SIZE = { width: 5, height: 3 };

describe('quarterTurns', () => {
  // The first pixel of np.rot90(a, k) for a of 3 x 5 pixels, as (x, y) of a.
  it.each([[0, 0, 0], [1, 4, 0], [2, 4, 2], [3, 0, 2]])('%i: starts at (%i, %i)', (count, x, y) => {
    expect(quarterTurns(SIZE, count).back({ x: 0, y: 0 })).toEqual({ x, y });
  });

  it.each([0, 1, 2, 3])('%i: draws pixels where they are read', (count) => {
    const { size, matrix, back } = quarterTurns(SIZE, count);
    const [a, b, c, d, e, f] = matrix;
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const there = back({ x, y });
        expect(there.x >= 0 && there.x < SIZE.width && there.y >= 0 && there.y < SIZE.height).toBe(true);
        const [u, v] = [there.x + 0.5, there.y + 0.5];
        expect([a * u + c * v + e - 0.5, b * u + d * v + f - 0.5]).toEqual([x, y]);
      }
    }
  });

  it('refuses other numbers of turns', () => {
    expect(() => quarterTurns(SIZE, 4)).toThrow(/Received: 4/);
  });
});
