/**
 * Similarity transforms of the plane: (x, y) as z = x + iy -> factor * z + shift, as in
 * stgan_tf/alignment/similarity.py. Coordinates are in pixels, with integers at pixel centres.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Similarity {
  readonly factor: Point;
  readonly shift: Point;
}

export const IDENTITY: Similarity = { factor: { x: 1, y: 0 }, shift: { x: 0, y: 0 } };

const multiply = (a: Point, b: Point): Point => ({
  x: a.x * b.x - a.y * b.y,
  y: a.x * b.y + a.y * b.x,
});
const add = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
const subtract = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });

export function apply(map: Similarity, point: Point): Point {
  return add(multiply(map.factor, point), map.shift);
}

/** `second` after `first`. */
export function compose(second: Similarity, first: Similarity): Similarity {
  return { factor: multiply(second.factor, first.factor), shift: apply(second, first.shift) };
}

export function inverse(map: Similarity): Similarity {
  const norm = map.factor.x ** 2 + map.factor.y ** 2;
  const factor = { x: map.factor.x / norm, y: -map.factor.y / norm };
  const moved = multiply(factor, map.shift);
  return { factor, shift: { x: -moved.x, y: -moved.y } };
}

/** Length after the map / length before it. */
export const scaleOf = (map: Similarity): number => Math.hypot(map.factor.x, map.factor.y);

/** Rotation in degrees, clockwise as the image is seen, in (-180, 180]. */
export const degreesOf = (map: Similarity): number =>
  (Math.atan2(map.factor.y, map.factor.x) * 180) / Math.PI;

/** From pixels to those of the same picture `scale` times as large; pixel centres are integers. */
export function scaling(scale: number): Similarity {
  const half = 0.5 * scale - 0.5;
  return { factor: { x: scale, y: 0 }, shift: { x: half, y: half } };
}

export function movedBy(map: Similarity, x: number, y: number): Similarity {
  return { factor: map.factor, shift: add(map.shift, { x, y }) };
}

/** The map, followed by scaling and rotation (degrees, clockwise) about `centre`. */
export function turnedAbout(
  map: Similarity,
  centre: Point,
  scale: number,
  degrees: number,
): Similarity {
  const angle = (degrees * Math.PI) / 180;
  const factor = { x: scale * Math.cos(angle), y: scale * Math.sin(angle) };
  return compose({ factor, shift: subtract(centre, multiply(factor, centre)) }, map);
}

/** The map for two fingers moving from `before` to `after`. */
export function pinched(
  map: Similarity,
  before: readonly [Point, Point],
  after: readonly [Point, Point],
): Similarity {
  const from = subtract(before[1], before[0]);
  const to = subtract(after[1], after[0]);
  const norm = from.x ** 2 + from.y ** 2;
  if (norm === 0) return map;
  const factor = multiply(to, { x: from.x / norm, y: -from.y / norm });
  return compose({ factor, shift: subtract(after[0], multiply(factor, before[0])) }, map);
}
