import { describe, expect, it } from 'vitest';

import {
  boxAtScale,
  CANONICAL,
  CELEBA_FRAME,
  frameOf,
  guideOf,
  hasShape,
  mapOfFrame,
} from '../src/imaging/frame';
import { alignmentOf, modelInput, resampled } from '../src/imaging/aligning';
import { rowsOf } from '../src/imaging/picture-rows';
import { covering, withinReach } from '../src/imaging/placement';
import {
  apply,
  compose,
  degreesOf,
  IDENTITY,
  inverse,
  pinched,
  scaleOf,
  type Similarity,
  turnedAbout,
} from '../src/imaging/similarity';
import { bytesFromFloats, crop, type RgbImage } from '../src/imaging/pixels';
import { resizeBicubic } from '../src/imaging/bicubic';
import frames from './fixtures/frames.json';

const CROP = { top: 26, left: 3, height: 170, width: 170 };
const GIVEN = { box: CROP, size: CELEBA_FRAME };
const FRAME = frameOf(GIVEN, null, 64);

/** Values that differ from pixel to pixel, 0..255. */
function image(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251);
  return { width, height, data };
}

/** Vitest's own comparison takes seconds for so many values. */
const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.from(a).every((value, i) => value === b[i]);

const quantised = (values: Float32Array) =>
  Float32Array.from(bytesFromFloats(values), (value) => value / 127.5 - 1);

const close = (a: { x: number; y: number }, b: { x: number; y: number }) => {
  expect(a.x).toBeCloseTo(b.x, 9);
  expect(a.y).toBeCloseTo(b.y, 9);
};

describe('similarities', () => {
  const map: Similarity = { factor: { x: 0.3, y: 0.4 }, shift: { x: 5, y: -7 } };

  it('scale and turn', () => {
    expect(scaleOf(map)).toBeCloseTo(0.5, 12);
    expect(degreesOf(map)).toBeCloseTo(53.130102, 6);
    close(apply(map, { x: 10, y: 0 }), { x: 8, y: -3 });
  });

  it('are undone by their inverse', () => {
    close(apply(compose(inverse(map), map), { x: 12, y: 34 }), { x: 12, y: 34 });
  });

  it('turn about a point that stays', () => {
    const centre = apply(map, { x: 3, y: 4 });
    const turned = turnedAbout(map, centre, 2, 90);
    close(apply(turned, { x: 3, y: 4 }), centre);
    expect(scaleOf(turned)).toBeCloseTo(1, 12);
    expect(degreesOf(turned)).toBeCloseTo(143.130102, 6);
  });

  it('follow two fingers', () => {
    const before = [{ x: 10, y: 10 }, { x: 30, y: 10 }] as const;
    const after = [{ x: 50, y: 20 }, { x: 50, y: 60 }] as const;
    const moved = pinched(IDENTITY, before, after);
    close(apply(moved, before[0]), after[0]);
    close(apply(moved, before[1]), after[1]);
  });

  it('ignore two fingers at one point', () => {
    const point = { x: 1, y: 1 };
    expect(pinched(map, [point, point], [point, { x: 2, y: 2 }])).toEqual(map);
  });
});

describe('the frame', () => {
  it('takes an aligned picture pixel by pixel', () => {
    const photo = image(178, 218);
    const input = modelInput(rowsOf(photo), IDENTITY, FRAME, 64);
    expect(same(input, quantised(resizeBicubic(crop(photo, CROP), 64)))).toBe(true);
  });

  it('takes more pixels from the photo for networks of more than the crop has', () => {
    const shrink = { factor: { x: 0.5, y: 0 }, shift: { x: -0.25, y: -0.25 } };
    const { toAligned, size, area } = alignmentOf(shrink, FRAME, 340);
    expect(size).toEqual({ height: 436, width: 356 });
    expect(area).toEqual({ top: 52, left: 6, height: 340, width: 340 });
    close(apply(toAligned, { x: 12, y: 34 }), { x: 12, y: 34 });
  });

  it.each(frames)('is that of stgan_tf.frame at every scale, $box of $frame', (row) => {
    const [top, left, height, width] = row.box as [number, number, number, number];
    const size = { height: row.frame[0]!, width: row.frame[1]! };
    for (const [imageHeight, imageWidth, expected] of row.images as [number, number, unknown][]) {
      const picture = { height: imageHeight, width: imageWidth };
      const found = hasShape(picture, size)
        ? Object.values(boxAtScale({ box: { top, left, height, width }, size }, picture))
        : null;
      expect({ picture, found }).toEqual({ picture, found: expected });
    }
  });

  it('cuts a picture of its shape at its own pixels', () => {
    const photo = image(89, 109);
    const map = mapOfFrame(photo, FRAME)!;
    close(apply(map, { x: -0.5, y: -0.5 }), { x: -0.5, y: -0.5 });
    expect(scaleOf(map)).toBe(2);
    const input = modelInput(rowsOf(photo), map, FRAME, 64);
    const box = { top: 13, left: 2, height: 85, width: 85 };
    expect(same(input, quantised(resizeBicubic(crop(photo, box), 64)))).toBe(true);
    expect(mapOfFrame(image(90, 90), FRAME)).toBeNull();
    expect(mapOfFrame(image(64, 64), frameOf(null, null, 64))).toBeNull();
  });

  it('is as large as the images that the model was trained on', () => {
    const half = frameOf(GIVEN, { height: 109, width: 89 }, 64);
    expect(half).toMatchObject({ height: 109, width: 89, aligned: true });
    expect(half.box).toEqual({ top: 13, left: 2, height: 85, width: 85 });
    const [found, expected] = [guideOf(half), guideOf(FRAME)];
    // The crop is 2 / 89, not 3 / 178, from the left: half a pixel of 85.
    expect(found.leftEye.x).toBeCloseTo(expected.leftEye.x - 0.5 / 85, 9);
    expect(found.mouth.y).toBeCloseTo(expected.mouth.y, 9);
    expect(found.radiusX).toBeCloseTo(expected.radiusX, 9);
  });

  it('of another shape has no known points', () => {
    const given = { box: { top: 0, left: 0, height: 80, width: 80 }, size: { height: 80, width: 100 } };
    expect(frameOf(given, null, 64)).toMatchObject({ width: 100, height: 80, aligned: false });
  });

  it('is the square itself for models of whole images', () => {
    const whole = frameOf(null, null, 64);
    expect(whole).toMatchObject({ width: 64, height: 64, aligned: false });
  });

  it('has the eyes where CelebA has them', () => {
    const guide = guideOf(FRAME);
    expect(guide.leftEye.x).toBeCloseTo((CANONICAL.leftEye.x + 0.5 - 3) / 170, 12);
    expect(guide.leftEye.y).toBeCloseTo(0.502941, 6);
    expect(guide.mouth.y).toBeCloseTo((152.514 + 0.5 - 26) / 170, 12);
    expect(guide.centre.y + guide.radiusY).toBeLessThan(1);
  });
});

describe('placement', () => {
  it('covers the square with the photo, middle on middle', () => {
    const map = covering(400, 300, FRAME);
    expect(scaleOf(map)).toBeCloseTo(170 / 300, 12);
    close(apply(map, { x: 199.5, y: 149.5 }), { x: 3 + 84.5, y: 26 + 84.5 });
    expect(apply(map, { x: -0.5, y: -0.5 }).y).toBeCloseTo(25.5, 9);
  });

  it('holds the photo under the middle of the square', () => {
    const far = { ...covering(400, 300, FRAME), shift: { x: 9999, y: 0 } };
    const held = withinReach(far, 400, 300, FRAME);
    const middle = apply(inverse(held), { x: 87.5, y: 110.5 });
    expect(middle.x).toBeCloseTo(0, 6);
    expect(middle.y).toBeGreaterThanOrEqual(0);
  });

  it('leaves what is within reach as it is', () => {
    const map = turnedAbout(covering(400, 300, FRAME), { x: 80, y: 100 }, 1.3, 12);
    const held = withinReach(map, 400, 300, FRAME);
    close(held.shift, map.shift);
    close(held.factor, map.factor);
  });

  it('limits the scale', () => {
    const huge = turnedAbout(covering(400, 300, FRAME), { x: 88, y: 111 }, 1000, 0);
    expect(scaleOf(withinReach(huge, 400, 300, FRAME))).toBeCloseTo(8, 9);
  });
});

describe('resampling a photo', () => {
  it('moves by whole pixels exactly and repeats the border', () => {
    const photo = image(40, 30);
    const move = { factor: { x: 1, y: 0 }, shift: { x: 2, y: 1 } };
    const moved = resampled(rowsOf(photo), move, photo);
    const at = (picture: RgbImage, x: number, y: number) =>
      Array.from(picture.data.slice(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3));
    expect(at(moved, 12, 11)).toEqual(at(photo, 10, 10));
    expect(at(moved, 0, 11)).toEqual(at(photo, 0, 10));
    expect(at(moved, 39, 29)).toEqual(at(photo, 37, 28));
  });

  it('turns by a quarter exactly', () => {
    const photo = image(20, 20);
    const quarter = turnedAbout(IDENTITY, { x: 9.5, y: 9.5 }, 1, 90);
    const turned = resampled(rowsOf(photo), quarter, photo);
    // Clockwise: the top left corner goes to the top right one.
    expect(turned.data.slice(3 * 19, 3 * 20)).toEqual(photo.data.slice(0, 3));
  });

  it('averages fine texture instead of picking from it', () => {
    const data = Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) =>
      (Math.floor(i / 3) + Math.floor(i / 768)) % 2 ? 255 : 0,
    );
    const map = { factor: { x: 0.25, y: 0 }, shift: { x: -0.375, y: -0.375 } };
    const small = resampled(rowsOf({ width: 256, height: 256, data }), map, { width: 64, height: 64 });
    const inner = crop(small, { top: 2, left: 2, height: 60, width: 60 });
    expect(Math.max(...inner.data) - Math.min(...inner.data)).toBeLessThanOrEqual(2);
    expect(Math.abs(inner.data[0]! - 128)).toBeLessThanOrEqual(1);
  });
});
