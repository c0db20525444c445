/** Landmarks -> the model's frame; as `frame_similarity` in stgan_tf/alignment/similarity.py. */
import { CANONICAL, CELEBA_FRAME, type Frame } from '../imaging/frame';
import { compose, type Point, scaling, type Similarity } from '../imaging/similarity';
import type { Landmarks } from './blazeface';

/** The paper's crop, in which models of whole images are assumed to see faces. */
const CELEBA_CROP = { top: 26, left: 3, side: 170 };

/** From the photo's pixels to CelebA's frame, by least squares. */
export function celebaSimilarity({ leftEye, rightEye, mouth }: Landmarks): Similarity {
  const from = [leftEye, rightEye, mouth];
  const to = [CANONICAL.leftEye, CANONICAL.rightEye, CANONICAL.mouth];
  const [middle, target] = [centre(from), centre(to)];
  let [real, imaginary, norm] = [0, 0, 0];
  for (const [index, point] of from.entries()) {
    const [x, y] = [point.x - middle.x, point.y - middle.y];
    const [u, v] = [to[index]!.x - target.x, to[index]!.y - target.y];
    real += x * u + y * v;
    imaginary += x * v - y * u;
    norm += x * x + y * y;
  }
  const factor = { x: real / norm, y: imaginary / norm };
  const shift = {
    x: target.x - (factor.x * middle.x - factor.y * middle.y),
    y: target.y - (factor.y * middle.x + factor.x * middle.y),
  };
  return { factor, shift };
}

/** From the photo's pixels to the model's frame; null if its faces' position is unknown. */
export function placedFace(landmarks: Landmarks, frame: Frame): Similarity | null {
  const toCeleba = celebaSimilarity(landmarks);
  if (frame.aligned) return compose(scaling(frame.height / CELEBA_FRAME.height), toCeleba);
  if (frame.given) return null;
  const { top, left, side } = CELEBA_CROP;
  const toCrop = { factor: { x: 1, y: 0 }, shift: { x: -left, y: -top } };
  return compose(scaling(frame.height / side), compose(toCrop, toCeleba));
}

const centre = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});
