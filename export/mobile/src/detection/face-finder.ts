/** Finds the faces of a photo; as `find_faces` in stgan_tf/alignment/detection.py. */
import type { OpenPicture } from '../imaging/open-picture';
import { canvasFor } from '../imaging/photo';
import type { Point } from '../imaging/similarity';
import { decoded, type Landmarks, landmarksOf, merged, type Scored, VIEW_SIDE } from './blazeface';
import { type QuarterTurns, quarterTurns } from './quarter-turns';
import { type Detect, lookAgain } from './second-look';
import { type Tile, tilesOf } from './tiles';

const LEAST_CANDIDATE = 0.5;
const LEAST_SCORE = 0.5;
/** Photos that are turned for no reason must not have faces. */
const LEAST_SCORE_TURNED = 0.75;
/** A face that leans further is placed poorly: the turned photo shows it better. */
const LARGEST_LEAN = 60;
/** If the second look moves the landmarks further, in distances of the eyes, it saw something else. */
const LARGEST_MOVE = 0.35;
/** Eyes closer than this many pixels are too small to edit. */
const LEAST_EYE_DISTANCE = 4;

export interface FoundFace {
  readonly landmarks: Landmarks;
  readonly score: number;
  /** Of the eyes, in pixels of the photo. */
  readonly eyeDistance: number;
}

/**
 * The largest first; faces of which a landmark is outside the photo are left out. If the upright photo
 * has none, it is searched turned by 90, 180 and 270 degrees.
 */
export async function findFaces(photo: OpenPicture, detect: Detect): Promise<FoundFace[]> {
  for (let turns = 0; turns < 4; turns++) {
    const faces = await turnedFaces(photo, quarterTurns(photo, turns), detect, turns > 0);
    if (faces.length > 0) return faces;
  }
  return [];
}

async function turnedFaces(
  photo: OpenPicture,
  turns: QuarterTurns,
  detect: Detect,
  turned: boolean,
): Promise<FoundFace[]> {
  const candidates: Scored[] = [];
  const canvas = document.createElement('canvas');
  for (const tile of tilesOf(turns.size.width, turns.size.height)) {
    candidates.push(...(await candidatesIn(photo, tile, canvas, detect, turns)));
  }
  const faces: FoundFace[] = [];
  for (const { score, shape } of merged(candidates)) {
    if (lean(landmarksOf(shape)) > LARGEST_LEAN) continue;
    // Aligned faces are upright, so a second look needs no turned photo.
    const first = landmarksOf(shape.map(turns.back));
    if (eyeDistanceOf(first) < LEAST_EYE_DISTANCE) continue;
    const seen = await lookAgain(photo, first, detect);
    const total = (score + seen.score) / 2 - seen.spread;
    const least = turned ? LEAST_SCORE_TURNED : LEAST_SCORE;
    if (seen.move > LARGEST_MOVE || total < least || !isInside(seen.landmarks, photo)) continue;
    const eyeDistance = eyeDistanceOf(seen.landmarks);
    faces.push({ landmarks: seen.landmarks, score: total, eyeDistance });
  }
  return distinct(faces).sort((a, b) => b.eyeDistance - a.eyeDistance);
}

/** The boxes of faces in a square of the turned photo, in its pixels. */
export async function candidatesIn(
  photo: OpenPicture,
  tile: Tile,
  canvas: HTMLCanvasElement,
  detect: Detect,
  turns: QuarterTurns = quarterTurns(photo, 0),
): Promise<Scored[]> {
  const view = viewOf(photo, tile, canvas, turns);
  const boxes = decoded(...(await detect(view)), LEAST_CANDIDATE);
  const inPhoto = ({ x, y }: Point): Point => ({
    x: x * tile.side + tile.left - 0.5,
    y: y * tile.side + tile.top - 0.5,
  });
  return boxes.map(({ score, shape }) => ({ score, shape: shape.map(inPhoto) }));
}

/** Of the line through the eyes, in degrees, 0 for an upright face. */
const lean = ({ leftEye, rightEye }: Landmarks): number =>
  (Math.abs(Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x)) * 180) / Math.PI;

export const eyeDistanceOf = ({ leftEye, rightEye }: Landmarks): number =>
  Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);

function isInside({ leftEye, rightEye, mouth }: Landmarks, { width, height }: OpenPicture): boolean {
  return [leftEye, rightEye, mouth].every(
    ({ x, y }) => x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5,
  );
}

/** The best-scoring detection of each face: others have an eye in almost the same place. */
function distinct(faces: readonly FoundFace[]): FoundFace[] {
  const kept: FoundFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    const same = kept.some(({ landmarks: { leftEye }, eyeDistance }) => {
      const other = face.landmarks.leftEye;
      return Math.hypot(other.x - leftEye.x, other.y - leftEye.y) < 0.8 * eyeDistance;
    });
    if (!same) kept.push(face);
  }
  return kept;
}

/** A square of the photo as the network's input, in [-1, 1]; grey beyond the border. */
function viewOf(
  photo: OpenPicture,
  tile: Tile,
  canvas: HTMLCanvasElement,
  turns: QuarterTurns,
): Float32Array<ArrayBuffer> {
  const context = canvasFor(canvas, VIEW_SIDE, VIEW_SIDE);
  context.fillStyle = 'rgb(127 127 127)';
  context.fillRect(0, 0, VIEW_SIDE, VIEW_SIDE);
  context.imageSmoothingQuality = 'high';
  const scale = VIEW_SIDE / tile.side;
  context.setTransform(scale, 0, 0, scale, -tile.left * scale, -tile.top * scale);
  context.transform(...turns.matrix);
  context.drawImage(photo.drawable, 0, 0);
  const { data } = context.getImageData(0, 0, VIEW_SIDE, VIEW_SIDE);
  const view = new Float32Array(VIEW_SIDE * VIEW_SIDE * 3);
  for (let pixel = 0; pixel < VIEW_SIDE * VIEW_SIDE; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      view[3 * pixel + channel] = data[4 * pixel + channel]! / 127.5 - 1;
    }
  }
  return view;
}
