/** The initial position of a photo under the guide, and how far it can be moved. */
import type { Frame } from './frame';
import { type Similarity, scaleOf, turnedAbout } from './similarity';

const LARGEST_SCALE = 8;

/** Scales and centres the photo so that it covers the model's square. */
export function covering(width: number, height: number, frame: Frame): Similarity {
  const { box } = frame;
  const scale = Math.max(box.width / width, box.height / height);
  return {
    factor: { x: scale, y: 0 },
    shift: {
      x: box.left + (box.width - 1) / 2 - (scale * (width - 1)) / 2,
      y: box.top + (box.height - 1) / 2 - (scale * (height - 1)) / 2,
    },
  };
}

/**
 * `next`, or the closest placement in which the photo is neither tiny nor huge and still covers the
 * square's centre.
 */
export function withinReach(
  next: Similarity,
  width: number,
  height: number,
  frame: Frame,
): Similarity {
  const { box } = frame;
  const middle = { x: box.left + (box.width - 1) / 2, y: box.top + (box.height - 1) / 2 };
  const smallest = Math.min(box.width / width, box.height / height) / 2;
  const scale = Math.min(LARGEST_SCALE, Math.max(smallest, scaleOf(next)));
  const sized = turnedAbout(next, middle, scale / scaleOf(next), 0);
  // The photo's point under the centre, clamped to the photo.
  const norm = sized.factor.x ** 2 + sized.factor.y ** 2;
  const dx = middle.x - sized.shift.x;
  const dy = middle.y - sized.shift.y;
  const x = (sized.factor.x * dx + sized.factor.y * dy) / norm;
  const y = (sized.factor.x * dy - sized.factor.y * dx) / norm;
  const heldX = Math.min(width - 1, Math.max(0, x));
  const heldY = Math.min(height - 1, Math.max(0, y));
  return {
    factor: sized.factor,
    shift: {
      x: middle.x - (sized.factor.x * heldX - sized.factor.y * heldY),
      y: middle.y - (sized.factor.y * heldX + sized.factor.x * heldY),
    },
  };
}
