import { describe, expect, it } from 'vitest';

import fixture from './fixtures/full-size.json';
import { ChangeAdder, changeOf, type PictureChange } from '../src/imaging/full-size';
import { crop, type RgbImage } from '../src/imaging/pixels';
import { rowsOf, stripsOf } from '../src/imaging/picture-rows';
import { reflected, type Resize, viewOf } from '../src/imaging/picture-view';
import { LANCZOS, resamplingTaps } from '../src/imaging/resampling';
import { changedPreview } from '../src/imaging/row-changer';
import { windowMean } from '../src/imaging/slopes';

const SIZE = 12;

function image(width: number, height: number, values: number[]): RgbImage {
  return { width, height, data: Uint8Array.from(values) };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
};

const changed = (picture: RgbImage, change: PictureChange) =>
  changedPreview(picture, [new ChangeAdder(change, picture.width, picture.height)]);

const cases = fixture.map((row) => ({
  name: `${row.width}x${row.height} ${row.resize || 'no rule'}`,
  ...row,
  picture: image(row.width, row.height, row.picture),
  edited: image(SIZE, SIZE, row.edited),
  unedited: image(SIZE, SIZE, row.unedited),
}));

describe('whole pictures', () => {
  it.each(cases)('are seen as Python sees them, $name', (row) => {
    const view = viewOf(rowsOf(row.picture), SIZE, row.resize as Resize);
    expect(Object.values(view.part)).toEqual(row.part);
    expect(largest(view.pixels.data, row.view)).toBeLessThanOrEqual(1);
  });

  it.each(cases)('are changed as Python changes them, $name', async (row) => {
    const view = viewOf(rowsOf(row.picture), SIZE, row.resize as Resize);
    const change = changeOf(view, row.edited, row.unedited);
    const result = await changed(row.picture, change);
    expect(largest(result.data, row.result)).toBeLessThanOrEqual(2);
    expect(largest(result.data, row.picture.data)).toBeGreaterThan(50);
  });

  it('are the same in strips', async () => {
    const { picture, edited, unedited } = cases[0]!;
    const view = viewOf(rowsOf(picture), SIZE, 'contain');
    const change = changeOf(view, edited, unedited);
    const whole = await changed(picture, change);
    const adder = new ChangeAdder(change, picture.width, picture.height);
    for (const [top, height] of [[0, 10], [10, 13], [23, 3]] as const) {
      const box = { top, left: 0, height, width: picture.width };
      const strip = adder.changed(rowsOf(picture).rows(top, height), top);
      expect(strip.data).toEqual(crop(whole, box).data);
    }
  });

  it('stay as they are where the model changes nothing', async () => {
    const { picture, edited } = cases[0]!;
    const view = viewOf(rowsOf(picture), SIZE, 'contain');
    expect((await changed(picture, changeOf(view, edited, edited))).data).toEqual(picture.data);
  });

  it('without colour are seen to be so, and stay so', async () => {
    const { picture, edited, unedited } = cases[4]!;
    const view = viewOf(rowsOf(picture), SIZE, 'contain');
    expect(view.coloured).toBe(false);
    const { data } = await changed(picture, changeOf(view, edited, unedited));
    for (let i = 0; i < data.length; i += 3) expect(data[i]).toBe(data[i + 2]);
    expect(viewOf(rowsOf(cases[0]!.picture), SIZE, 'contain').coloured).toBe(true);
  });

  it('refuse edits of another size', () => {
    const view = viewOf(rowsOf(cases[0]!.picture), 8, 'contain');
    expect(() => changeOf(view, cases[0]!.edited, cases[0]!.unedited)).toThrow(
      /must be 8x8, as the view is. Received: 12x12/,
    );
  });
});

describe('the parts of it', () => {
  it('reflects without repeating the outermost pixel', () => {
    expect(reflected(3, 8)).toEqual([2, 1, 0, 1, 2, 1, 0, 1]);
    expect(reflected(1, 3)).toEqual([0, 0, 0]);
    expect(reflected(4, 4)).toEqual([0, 1, 2, 3]);
  });

  it('resamples with weights that add up to one, and to itself exactly', () => {
    const { counts, weights, most } = resamplingTaps(50, 7, 3.5, 48);
    for (let i = 0; i < 7; i++) {
      const sum = weights.subarray(i * most, i * most + counts[i]!).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
    const lanczos = resamplingTaps(50, 7, 0, 50, LANCZOS);
    expect(lanczos.counts[3]).toBeGreaterThan(resamplingTaps(50, 7).counts[3]!);
    const same = resamplingTaps(5, 5);
    const own = 2 - same.firsts[2]!;
    expect(same.weights[2 * same.most + own]).toBeCloseTo(1, 12);
  });

  it('averages windows of five with a mirror at the border', () => {
    const data = new Float64Array(36);
    data[0] = 25; // the corner counts twice along each axis
    const mean = windowMean({ side: 6, channels: 1, data });
    expect(mean.data[0]).toBeCloseTo(4, 12);
    expect(mean.data[2]).toBeCloseTo(2, 12);
    expect(mean.data[3]).toBeCloseTo(0, 12);
    expect(mean.data[14]).toBeCloseTo(1, 12);
  });

  it('cuts large pictures into strips of about half a million pixels', () => {
    const strips = stripsOf({ width: 6000, height: 4000 });
    expect(strips[0]).toEqual([0, 87]);
    expect(strips.reduce((sum, [, count]) => sum + count, 0)).toBe(4000);
    expect(strips.at(-1)![0] + strips.at(-1)![1]).toBe(4000);
    expect(stripsOf({ width: 2_000_000, height: 2 })).toEqual([[0, 1], [1, 1]]);
  });
});
