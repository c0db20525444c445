/**
 * What a model sees of a photo. Models trained on aligned images see the `crop_box` of their frame; in
 * CelebA's (178x218 at any scale), the eyes and the mouth are always at the same points. Other models
 * see whole images. Gives the same numbers as stgan_tf/frame.py (tested on values computed by it).
 */
import { resizeBicubic } from './bicubic';
import { crop, type CropBox, type RgbImage } from './pixels';
import { compose, type Point, scaleOf, type Similarity } from './similarity';
import { type Pyramid, levelFor, warp } from './warp';

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
  const scale = frame.height / picture.height;
  // Pixel centres: (x + 0.5) * scale - 0.5.
  const half = 0.5 * scale - 0.5;
  return { factor: { x: scale, y: 0 }, shift: { x: half, y: half } };
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

/**
 * The photo as model input: float32 (size, size, 3) in [-1, 1].
 *
 * `toFrame` maps the photo's pixels to the frame's. A picture that is the frame itself at some scale is
 * cropped without resampling, so that the result equals Python's.
 */
export function modelInput(
  photo: Pyramid,
  toFrame: Similarity,
  frame: Frame,
  size: number,
): Float32Array {
  const { image } = photo[0]!;
  const whole = mapOfFrame(image, frame);
  if (frame.given && whole && isSame(whole, toFrame)) {
    return resizeBicubic(crop(image, boxAtScale(frame.given, image)), size);
  }
  // If the network needs more pixels than the box has, take them from the photo rather than enlarging.
  const enlargement = Math.max(1, size / frame.box.height);
  return resizeBicubic(seenBy(photo, toFrame, frame, enlargement), size);
}

const isSame = (a: Similarity, b: Similarity): boolean =>
  a.factor.x === b.factor.x &&
  a.factor.y === b.factor.y &&
  a.shift.x === b.shift.x &&
  a.shift.y === b.shift.y;

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
