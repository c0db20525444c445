/**
 * A face of a photo as the model sees it; gives the same pixels as `align` and `cut_patch` in
 * stgan_tf/alignment/warping.py.
 */
import { resizeBicubic, roundHalfToEven } from './bicubic';
import { boxAtScale, CELEBA_FRAME, type Frame, isWholeFrame, type Size } from './frame';
import type { PictureRows } from './picture-rows';
import { bytesFromFloats, crop, type CropBox, type RgbImage } from './pixels';
import { LANCZOS } from './resampling';
import { resizedPart } from './resized';
import { apply, compose, inverse, type Point, scaleOf, scaling, type Similarity } from './similarity';
import { splineSampled } from './spline';

/** Margin in pixels around the part of the photo that is resampled. */
const MARGIN = 16;
const LARGEST_SCALE = 8;

/** Where the model's square lies in a photo. */
export interface Alignment {
  /** From the photo's pixels to those of the aligned image. */
  readonly toAligned: Similarity;
  /** Of the aligned image, which is the frame at a scale that suits the model. */
  readonly size: Size;
  /** The model's part of it. */
  readonly area: CropBox;
}

/** `toFrame`: from the photo's pixels to the frame's; `side`: the model's image size. */
export function alignmentOf(toFrame: Similarity, frame: Frame, side: number): Alignment {
  // Real pixels of the photo are better than enlarged ones, if the model needs more than the frame has.
  const enlargement = Math.max(1, side / frame.box.height);
  if (!frame.aligned || !frame.given) {
    const size = {
      height: roundHalfToEven(frame.height * enlargement),
      width: roundHalfToEven(frame.width * enlargement),
    };
    const area = boxAtScale({ box: frame.box, size: frame }, size);
    return { toAligned: compose(scaling(enlargement), toFrame), size, area };
  }
  const own = frame.height / CELEBA_FRAME.height;
  const scale = Math.min(LARGEST_SCALE, Math.max(1 / LARGEST_SCALE, own * enlargement));
  const size = {
    height: roundHalfToEven(CELEBA_FRAME.height * scale),
    width: roundHalfToEven(CELEBA_FRAME.width * scale),
  };
  return {
    toAligned: compose(scaling(scale / own), toFrame),
    size,
    area: boxAtScale(frame.given, size),
  };
}

/** What the model sees: float32 (side, side, 3) in [-1, 1], of 8-bit pixels as in Python. */
export function modelInput(
  photo: PictureRows,
  toFrame: Similarity,
  frame: Frame,
  side: number,
): Float32Array<ArrayBuffer> {
  const patch = resizeBicubic(seenPart(photo, toFrame, frame, side), side);
  return Float32Array.from(bytesFromFloats(patch), (value) => value / 127.5 - 1);
}

/** The model's part before it is resized. */
function seenPart(photo: PictureRows, toFrame: Similarity, frame: Frame, side: number): RgbImage {
  // A photo that is the frame itself is cropped without resampling.
  if (frame.given && isWholeFrame(photo, toFrame, frame)) {
    const box = boxAtScale(frame.given, photo);
    const rows = photo.rows(box.top, box.height);
    return crop(rows, { ...box, top: 0 });
  }
  const { toAligned, size, area } = alignmentOf(toFrame, frame, side);
  return crop(resampled(photo, toAligned, size), area);
}

/** The photo moved by the similarity; beyond its border the outermost pixels are repeated. */
export function resampled(photo: PictureRows, map: Similarity, { height, width }: Size): RgbImage {
  const back = inverse(map);
  const ends = [[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]] as const;
  const part = covered(ends.map(([x, y]) => apply(back, { x, y })), photo, MARGIN);
  // Only shrinking needs a filter: it comes first, along the photo's axes.
  const shrink = Math.min(1, scaleOf(map));
  const columns = Math.max(1, roundHalfToEven(part.width * shrink));
  const rows = Math.max(1, roundHalfToEven(part.height * shrink));
  const image = resizedPart(photo, part, columns, rows, LANCZOS);
  const perPixel = { x: columns / part.width, y: rows / part.height };
  const origin = apply(back, { x: 0, y: 0 });
  const { factor } = back;
  const grid = {
    origin: {
      x: (origin.x - part.left + 0.5) * perPixel.x - 0.5,
      y: (origin.y - part.top + 0.5) * perPixel.y - 0.5,
    },
    across: { x: factor.x * perPixel.x, y: factor.y * perPixel.y },
    down: { x: -factor.y * perPixel.x, y: factor.x * perPixel.y },
  };
  return splineSampled(image, grid, width, height);
}

/** The photo's pixels that cover the points and a margin; at least the nearest one. */
export function covered(points: readonly Point[], { height, width }: Size, margin = 0): CropBox {
  const [left, right] = limits(points.map(({ x }) => x), width, margin);
  const [top, bottom] = limits(points.map(({ y }) => y), height, margin);
  return { top, left, height: bottom - top, width: right - left };
}

function limits(values: readonly number[], length: number, margin: number): [number, number] {
  const first = Math.floor(Math.min(...values)) - margin;
  const last = Math.ceil(Math.max(...values)) + margin;
  const start = Math.min(Math.max(first, 0), length - 1);
  return [start, Math.max(Math.min(last + 1, length), start + 1)];
}
