import { describe, expect, it } from 'vitest';

import fixture from './fixtures/face-paste.json';
import { alignmentOf, modelInput } from '../src/imaging/aligning';
import { FaceChangeAdder, faceChangeOf } from '../src/imaging/face-change';
import { CELEBA_FRAME, frameOf } from '../src/imaging/frame';
import { hasColour, rowsOf } from '../src/imaging/picture-rows';
import { bytesFromFloats, crop, type RgbImage } from '../src/imaging/pixels';
import { changedPreview } from '../src/imaging/row-changer';
import { compose, IDENTITY, inverse, scaling } from '../src/imaging/similarity';

const GIVEN = { box: { top: 26, left: 3, height: 170, width: 170 }, size: CELEBA_FRAME };

const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
};

const cases = fixture.map((row) => {
  const [height, width] = row.trained as [number, number];
  const square = (text: string): RgbImage => ({ width: row.side, height: row.side, data: bytes(text) });
  return {
    name: row.name,
    side: row.side,
    coloured: row.coloured,
    photo: { width: row.width, height: row.height, data: bytes(row.photo) },
    patch: bytes(row.patch),
    edited: square(row.edited),
    unedited: square(row.unedited),
    result: bytes(row.result),
    frame: frameOf(GIVEN, { height, width }, row.side),
    toFrame: {
      factor: { x: row.factor[0]!, y: row.factor[1]! },
      shift: { x: row.shift[0]!, y: row.shift[1]! },
    },
  };
});
type Case = (typeof cases)[number];

const changeOf = ({ toFrame, frame, side, edited, unedited, coloured }: Case) =>
  faceChangeOf(alignmentOf(toFrame, frame, side), edited, unedited, coloured);

describe('faces of photos', () => {
  it.each(cases)('are cut out as Python cuts them out, $name', ({ photo, toFrame, frame, side, patch }) => {
    const input = modelInput(rowsOf(photo), toFrame, frame, side);
    const exact = Float32Array.from(input, (value) => value + 1e-4); // bytes are truncated
    expect(largest(bytesFromFloats(exact), patch)).toBeLessThanOrEqual(1);
  });

  it.each(cases)('are edited in place as Python edits them, $name', async (row) => {
    const adder = new FaceChangeAdder(changeOf(row), row.photo, IDENTITY);
    const { data } = await changedPreview(row.photo, [adder]);
    expect(largest(data, row.result)).toBeLessThanOrEqual(1);
    expect(largest(data, row.photo.data)).toBeGreaterThan(30);
  });

  it.each(cases)('change in the same way in strips, $name', async (row) => {
    const adder = new FaceChangeAdder(changeOf(row), row.photo, IDENTITY);
    const whole = await changedPreview(row.photo, [adder]);
    const { width, height } = row.photo;
    for (const [top, count] of [[0, 7], [7, 30], [37, height - 37]] as const) {
      const strip = adder.changed(rowsOf(row.photo).rows(top, count), top);
      expect(largest(strip.data, crop(whole, { top, left: 0, height: count, width }).data)).toBe(0);
    }
  });

  it('do not change where the model changes nothing, nor outside its square', async () => {
    const row = cases[1]!;
    const same = faceChangeOf(alignmentOf(row.toFrame, row.frame, row.side), row.edited, row.edited, true);
    const adder = new FaceChangeAdder(same, row.photo, IDENTITY);
    expect((await changedPreview(row.photo, [adder])).data).toEqual(row.photo.data);
    const { data } = await changedPreview(row.photo, [
      new FaceChangeAdder(changeOf(row), row.photo, IDENTITY),
    ]);
    // The face is on the left.
    const right = { top: 0, left: 70, height: row.photo.height, width: row.photo.width - 70 };
    expect(largest(crop({ ...row.photo, data }, right).data, crop(row.photo, right).data)).toBe(0);
  });

  it('stay without colour', async () => {
    const row = cases.find(({ coloured }) => !coloured)!;
    expect(hasColour(rowsOf(row.photo))).toBe(false);
    expect(hasColour(rowsOf(cases[0]!.photo))).toBe(true);
    const adder = new FaceChangeAdder(changeOf(row), row.photo, IDENTITY);
    const result = await changedPreview(row.photo, [adder]);
    expect(hasColour(rowsOf(result))).toBe(false);
  });

  it('change in a preview at the same places', async () => {
    const row = cases[0]!;
    const grey = new Uint8Array(row.photo.data.length).fill(128);
    const photo = { ...row.photo, data: grey };
    const full = await changedPreview(photo, [new FaceChangeAdder(changeOf(row), photo, IDENTITY)]);
    const half = { width: 45, height: 50, data: new Uint8Array(45 * 50 * 3).fill(128) };
    const toPhoto = inverse(scaling(0.5));
    const small = await changedPreview(half, [new FaceChangeAdder(changeOf(row), half, toPhoto)]);
    let sum = 0;
    for (let y = 0; y < 50; y++) {
      for (let x = 0; x < 45; x++) {
        const at = (dx: number, dy: number): number => full.data[3 * ((2 * y + dy) * 90 + 2 * x + dx)]!;
        const mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
        sum += Math.abs(mean - small.data[3 * (y * 45 + x)]!);
      }
    }
    expect(sum / (45 * 50)).toBeLessThan(1.5);
    expect(compose(toPhoto, scaling(0.5)).shift.x).toBeCloseTo(0, 12);
  });
});
