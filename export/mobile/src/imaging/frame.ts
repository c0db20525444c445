/**
 * What a model sees of a photo. Models trained on CelebA see `crop_box` of its aligned frame of
 * 178x218, in which the eyes and the mouth are always at the same points; others see whole images.
 */
import { resizeBicubic } from './bicubic';
import { crop, type CropBox, type RgbImage } from './pixels';
import { compose, type Point, scaleOf, type Similarity } from './similarity';
import { type Pyramid, levelFor, warp } from './warp';

export const FRAME_WIDTH = 178;
export const FRAME_HEIGHT = 218;

/** CANONICAL_POINTS of stgan_tf/alignment/similarity.py, in pixels of the frame. */
export const CANONICAL = {
  leftEye: { x: 69.745, y: 111 },
  rightEye: { x: 107.237, y: 111 },
  mouth: { x: 88.432, y: 152.514 },
} as const;

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** The part that the model sees. */
  readonly box: CropBox;
  /** Whether eyes and mouth belong at the canonical points. */
  readonly aligned: boolean;
}

export function frameOf(cropBox: CropBox | null, imageSize: number): Frame {
  if (cropBox) {
    return { width: FRAME_WIDTH, height: FRAME_HEIGHT, box: cropBox, aligned: true };
  }
  const box = { top: 0, left: 0, height: imageSize, width: imageSize };
  return { width: imageSize, height: imageSize, box, aligned: false };
}

/** Where the eyes, the mouth and an oval around the face are, in shares of the box (0..1). */
export interface Guide {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly mouth: Point;
  readonly centre: Point;
  readonly radiusX: number;
  readonly radiusY: number;
}

export function guideOf(frame: Frame): Guide {
  const { box } = frame;
  const share = (point: Point): Point => ({
    x: (point.x + 0.5 - box.left) / box.width,
    y: (point.y + 0.5 - box.top) / box.height,
  });
  // Half the width and height of a face between chin and hairline, in eye distances; measured on
  // the drawn faces, whose eyes and mouths are CelebA's.
  const eyeDistance = CANONICAL.rightEye.x - CANONICAL.leftEye.x;
  const middle = { x: CANONICAL.mouth.x, y: CANONICAL.leftEye.y + 0.42 * eyeDistance };
  return {
    leftEye: share(CANONICAL.leftEye),
    rightEye: share(CANONICAL.rightEye),
    mouth: share(CANONICAL.mouth),
    centre: share(middle),
    radiusX: (1.32 * eyeDistance) / box.width,
    radiusY: (1.72 * eyeDistance) / box.height,
  };
}

/**
 * The photo as the model wants it: float32 (size, size, 3) in [-1, 1].
 *
 * `toFrame` maps the photo's pixels to the frame's. A photo of the frame's own size under the
 * identity is taken pixel by pixel, so an aligned picture gives what Python computes.
 */
export function modelInput(
  photo: Pyramid,
  toFrame: Similarity,
  frame: Frame,
  size: number,
): Float32Array {
  // Networks of more pixels than the box has want them from the photo, not enlarged.
  const enlargement = Math.max(1, size / frame.box.height);
  return resizeBicubic(seenBy(photo, toFrame, frame, enlargement), size);
}

/** The box as 8-bit pixels, `enlargement` times the frame's resolution. */
export function seenBy(
  photo: Pyramid,
  toFrame: Similarity,
  frame: Frame,
  enlargement = 1,
): RgbImage {
  // Pixel centres: (x + 0.5) * enlargement - 0.5.
  const half = 0.5 * enlargement - 0.5;
  const enlarge = { factor: { x: enlargement, y: 0 }, shift: { x: half, y: half } };
  const map = compose(enlarge, toFrame);
  const level = levelFor(photo, scaleOf(map));
  const width = Math.round(frame.width * enlargement);
  const height = Math.round(frame.height * enlargement);
  const framed = warp(level, map, width, height);
  const top = Math.round(frame.box.top * enlargement);
  const left = Math.round(frame.box.left * enlargement);
  return crop(framed, {
    top,
    left,
    height: Math.min(height, Math.round((frame.box.top + frame.box.height) * enlargement)) - top,
    width: Math.min(width, Math.round((frame.box.left + frame.box.width) * enlargement)) - left,
  });
}
