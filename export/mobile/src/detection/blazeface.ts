/**
 * What the outputs of BlazeFace (short range) mean; must match stgan_tf/alignment/blazeface_model.py,
 * which explains the network.
 */
import type { Point } from '../imaging/similarity';

/** Side of the network's input. */
export const VIEW_SIDE = 128;
export const BOXES = 896;
export const VALUES = 16;
/** Cells along each side, and boxes per cell, of the network's two grids. */
const GRIDS = [[16, 2], [8, 6]] as const;
/** Boxes that overlap by more than this fraction of their union are the same face. */
const SAME_FACE = 0.3;
/** How far eyes and mouth are below CelebA's, relative to the distance of the eyes. */
const EYES_UP = 1.2 / 37.5;
const MOUTH_UP = 3.6 / 37.5;

/** The points by which faces are aligned; left as seen. */
export interface Landmarks {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly mouth: Point;
}

/** Points of a face: two corners of its box, then eyes, nose, mouth and ears. */
export type Shape = readonly Point[];

export interface Scored {
  readonly score: number;
  readonly shape: Shape;
}

const CENTRES: readonly Point[] = GRIDS.flatMap(([cells, boxes]) =>
  Array.from({ length: cells * cells * boxes }, (_, index) => {
    const cell = Math.floor(index / boxes);
    return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells };
  }),
);

/** Boxes with at least `least` as their score, as fractions of the view's side. */
export function decoded(scores: Float32Array, values: Float32Array, least: number): Scored[] {
  const found: Scored[] = [];
  for (let box = 0; box < BOXES; box++) {
    const score = 1 / (1 + Math.exp(-Math.min(80, Math.max(-80, scores[box]!))));
    if (score < least) continue;
    const centre = CENTRES[box]!;
    const pair = (k: number): Point => ({
      x: values[box * VALUES + 2 * k]! / VIEW_SIDE,
      y: values[box * VALUES + 2 * k + 1]! / VIEW_SIDE,
    });
    const moved = (k: number): Point => ({ x: pair(k).x + centre.x, y: pair(k).y + centre.y });
    const [middle, size] = [moved(0), pair(1)];
    const corner = (sign: number): Point => ({
      x: middle.x + (sign * size.x) / 2,
      y: middle.y + (sign * size.y) / 2,
    });
    found.push({ score, shape: [corner(-1), corner(1), ...[2, 3, 4, 5, 6, 7].map(moved)] });
  }
  return found;
}

/** Faces, best first: the mean, weighted by score, of the boxes that overlap the best one. */
export function merged(boxes: readonly Scored[]): Scored[] {
  const faces: Scored[] = [];
  let left = [...boxes].sort((a, b) => b.score - a.score);
  while (left.length > 0) {
    const best = left[0]!;
    const same = left.filter((box) => box === best || overlap(best.shape, box.shape) > SAME_FACE);
    const sum = same.reduce((total, { score }) => total + score, 0);
    const shape = best.shape.map((_, k) => {
      const mean = (axis: 'x' | 'y'): number =>
        same.reduce((total, box) => total + box.score * box.shape[k]![axis], 0) / sum;
      return { x: mean('x'), y: mean('y') };
    });
    faces.push({ score: best.score, shape });
    left = left.filter((box) => !same.includes(box));
  }
  return faces;
}

/** Intersection over union of two boxes. */
function overlap(a: Shape, b: Shape): number {
  const along = (axis: 'x' | 'y'): number =>
    Math.max(0, Math.min(a[1]![axis], b[1]![axis]) - Math.max(a[0]![axis], b[0]![axis]));
  const area = (shape: Shape): number =>
    Math.max(0, shape[1]!.x - shape[0]!.x) * Math.max(0, shape[1]!.y - shape[0]!.y);
  const shared = along('x') * along('y');
  return shared / Math.max(1e-12, area(a) + area(b) - shared);
}

/** Eyes and mouth where CelebA's landmarks are. */
export function landmarksOf(shape: Shape): Landmarks {
  const [leftEye, rightEye, , mouth] = shape.slice(2) as [Point, Point, Point, Point];
  const up = { x: rightEye.y - leftEye.y, y: leftEye.x - rightEye.x };
  const raised = (point: Point, by: number): Point => ({
    x: point.x + by * up.x,
    y: point.y + by * up.y,
  });
  return {
    leftEye: raised(leftEye, EYES_UP),
    rightEye: raised(rightEye, EYES_UP),
    mouth: raised(mouth, MOUTH_UP),
  };
}
