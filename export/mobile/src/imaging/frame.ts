/**
 * What a model sees of a photo. Models trained on aligned images see the `crop_box` of their frame; in
 * CelebA's (178x218 at any scale), the eyes and the mouth are always at the same points. Other models
 * see whole images. Gives the same numbers as stgan_tf/frame.py (tested on values computed by it).
 */
import type { CropBox } from './pixels';
import { type Point, scaling, type Similarity } from './similarity';

export interface Size {
  readonly height: number;
  readonly width: number;
}

export const CELEBA_FRAME: Size = { height: 218, width: 178 };

/** CANONICAL_POINTS of stgan_tf/frame.py, in pixels of CelebA's frame. */
export const CANONICAL = {
  leftEye: { x: 69.745, y: 111 },
  rightEye: { x: 107.237, y: 111 },
  mouth: { x: 88.432, y: 152.514 },
} as const;

/** A crop and the size of the images it refers to. */
export interface GivenCrop {
  readonly box: CropBox;
  readonly size: Size;
}

export interface Frame extends Size {
  /** The part that the model sees. */
  readonly box: CropBox;
  /** Whether eyes and mouth must be at the canonical points. */
  readonly aligned: boolean;
  /** null if the model sees whole images. */
  readonly given: GivenCrop | null;
}

/** Whether an image has the shape of `frame` at some scale, to within rounding. */
export function hasShape({ height, width }: Size, frame: Size): boolean {
  return (
    (2 * height - 1) * frame.width <= (2 * width + 1) * frame.height &&
    (2 * width - 1) * frame.height <= (2 * height + 1) * frame.width
  );
}

/** The crop in an image of its frame's shape. */
export function boxAtScale({ box, size }: GivenCrop, { height, width }: Size): CropBox {
  const scaled = (length: number): number =>
    Math.floor((2 * length * height + size.height) / (2 * size.height));
  const boxHeight = Math.min(Math.max(scaled(box.height), 1), height);
  const boxWidth = Math.min(Math.max(scaled(box.width), 1), width);
  return {
    top: Math.min(scaled(box.top), height - boxHeight),
    left: Math.min(scaled(box.left), width - boxWidth),
    height: boxHeight,
    width: boxWidth,
  };
}

/** A model's frame: its crop in images like those it was trained on. */
export function frameOf(given: GivenCrop | null, trained: Size | null, imageSize: number): Frame {
  if (given) {
    const { height, width } = trained ?? given.size;
    const box = boxAtScale(given, { height, width });
    return { height, width, box, aligned: hasShape(given.size, CELEBA_FRAME), given };
  }
  const box = { top: 0, left: 0, height: imageSize, width: imageSize };
  return { width: imageSize, height: imageSize, box, aligned: false, given };
}

/** The map for a picture that is the frame itself at some scale; null for any other. */
export function mapOfFrame(picture: Size, frame: Frame): Similarity | null {
  if (!frame.given || !hasShape(picture, frame.given.size)) return null;
  return scaling(frame.height / picture.height);
}

/** Positions of the eyes, the mouth and an oval around the face, relative to the box (0..1). */
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
  const scale = frame.height / CELEBA_FRAME.height;
  const share = (point: Point): Point => ({
    x: ((point.x + 0.5) * scale - box.left) / box.width,
    y: ((point.y + 0.5) * scale - box.top) / box.height,
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
    radiusX: (1.32 * eyeDistance * scale) / box.width,
    radiusY: (1.72 * eyeDistance * scale) / box.height,
  };
}

/** Whether the picture is the frame itself at some scale, and `toFrame` maps it so. */
export function isWholeFrame(picture: Size, toFrame: Similarity, frame: Frame): boolean {
  const whole = mapOfFrame(picture, frame);
  return (
    whole !== null &&
    whole.factor.x === toFrame.factor.x &&
    whole.factor.y === toFrame.factor.y &&
    whole.shift.x === toFrame.shift.x &&
    whole.shift.y === toFrame.shift.y
  );
}
