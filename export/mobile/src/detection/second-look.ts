/**
 * A candidate aligned to CelebA's frame and seen in many views, which decide whether it is a face and
 * where its landmarks are; as in stgan_tf/alignment/second_look.py.
 */
import { resampled } from '../imaging/aligning';
import { CELEBA_FRAME } from '../imaging/frame';
import type { PictureRows } from '../imaging/picture-rows';
import type { RgbImage } from '../imaging/pixels';
import { BILINEAR, resamplingTaps } from '../imaging/resampling';
import { apply, inverse, type Point } from '../imaging/similarity';
import { decoded, type Landmarks, landmarksOf, merged, VIEW_SIDE } from './blazeface';
import { celebaSimilarity } from './placing';

/** Scores of the boxes, and their values. */
export type Detect = (view: Float32Array<ArrayBuffer>) => Promise<readonly [Float32Array, Float32Array]>;

export interface SecondLook {
  readonly landmarks: Landmarks;
  /** Mean over all views. */
  readonly score: number;
  /** Distance of the views' landmarks from their medians, relative to that of the eyes. */
  readonly spread: number;
  /** Distance of the medians from the candidate's landmarks, relative to that of the eyes. */
  readonly move: number;
}

const MIDDLE = { x: 88.5, y: 115 };
const SIDE = 150;
/** Shifts of the square to the right and down, and its scale, relative to its side. */
const VIEWS = [
  [0, 0, 1], [0, 0, 0.88], [0, 0, 1.14], [0.05, 0, 1], [-0.05, 0, 1], [0, 0.05, 1], [0, -0.05, 1],
] as const;
/** More boxes than this are not needed to place the best face. */
const MOST_BOXES = 16;
const NAMES = ['leftEye', 'rightEye', 'mouth'] as const;

export async function lookAgain(
  photo: PictureRows,
  candidate: Landmarks,
  detect: Detect,
): Promise<SecondLook> {
  const toFrame = celebaSimilarity(candidate);
  const image = resampled(photo, toFrame, CELEBA_FRAME);
  const scores: number[] = [];
  const seen: Landmarks[] = [];
  for (const [right, down, size] of VIEWS) {
    const side = size * SIDE;
    const left = MIDDLE.x + right * SIDE - side / 2;
    const top = MIDDLE.y + down * SIDE - side / 2;
    for (const mirrored of [false, true]) {
      const { score, landmarks } = await judged(viewOf(image, left, top, side, mirrored), detect);
      scores.push(score);
      const inFrame = (point: Point): Point => ({
        x: left + (mirrored ? 1 - point.x : point.x) * side - 0.5,
        y: top + point.y * side - 0.5,
      });
      const [eye, other] = [inFrame(landmarks.leftEye), inFrame(landmarks.rightEye)];
      const [leftEye, rightEye] = mirrored ? [other, eye] : [eye, other];
      seen.push({ leftEye, rightEye, mouth: inFrame(landmarks.mouth) });
    }
  }
  const middle = medians(seen);
  const eyes = Math.max(1, distance(middle.leftEye, middle.rightEye));
  const away = seen.flatMap((points) => NAMES.map((name) => distance(points[name], middle[name])));
  const moves = NAMES.map((name) => distance(apply(toFrame, candidate[name]), middle[name]));
  const back = inverse(toFrame);
  return {
    landmarks: {
      leftEye: apply(back, middle.leftEye),
      rightEye: apply(back, middle.rightEye),
      mouth: apply(back, middle.mouth),
    },
    score: mean(scores),
    spread: mean(away) / eyes,
    move: mean(moves) / eyes,
  };
}

async function judged(
  view: Float32Array<ArrayBuffer>,
  detect: Detect,
): Promise<{ score: number; landmarks: Landmarks }> {
  const boxes = decoded(...(await detect(view)), 0);
  const best = [...boxes].sort((a, b) => b.score - a.score).slice(0, MOST_BOXES);
  const { score, shape } = merged(best)[0]!;
  return { score, landmarks: landmarksOf(shape) };
}

/** A square of the frame as the network's input, in [-1, 1]. */
function viewOf(
  image: RgbImage,
  left: number,
  top: number,
  side: number,
  mirrored: boolean,
): Float32Array<ArrayBuffer> {
  const across = resamplingTaps(image.width, VIEW_SIDE, left, left + side, BILINEAR);
  const down = resamplingTaps(image.height, VIEW_SIDE, top, top + side, BILINEAR);
  const view = new Float32Array(VIEW_SIDE * VIEW_SIDE * 3);
  for (let y = 0; y < VIEW_SIDE; y++) {
    for (let x = 0; x < VIEW_SIDE; x++) {
      const to = 3 * (y * VIEW_SIDE + (mirrored ? VIEW_SIDE - 1 - x : x));
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let j = 0; j < down.counts[y]!; j++) {
          const line = (down.firsts[y]! + j) * image.width;
          const weight = down.weights[y * down.most + j]!;
          for (let i = 0; i < across.counts[x]!; i++) {
            const from = 3 * (line + across.firsts[x]! + i) + channel;
            sum += weight * across.weights[x * across.most + i]! * image.data[from]!;
          }
        }
        view[to + channel] = sum / 127.5 - 1;
      }
    }
  }
  return view;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

function medians(seen: readonly Landmarks[]): Landmarks {
  const of = (name: keyof Landmarks): Point => ({
    x: median(seen.map((points) => points[name].x)),
    y: median(seen.map((points) => points[name].y)),
  });
  return { leftEye: of('leftEye'), rightEye: of('rightEye'), mouth: of('mouth') };
}
