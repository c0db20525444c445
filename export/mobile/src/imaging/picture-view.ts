/** A model's view of a whole picture; must match `view_of` in stgan_tf/editing/full_size.py. */
import { roundHalfToEven } from './bicubic';
import { hasColour, type PictureRows } from './picture-rows';
import type { CropBox, RgbImage } from './pixels';
import { BICUBIC } from './resampling';
import { resizedPart } from './resized';

/** How non-square pictures are made square; empty means stretch. */
export const RESIZES = ['', 'stretch', 'cover', 'contain'] as const;
export type Resize = (typeof RESIZES)[number];

export interface PictureView {
  /** size x size. */
  readonly pixels: RgbImage;
  /** The part that shows the picture; the rest shows its reflection. */
  readonly part: CropBox;
  /** Whether the picture has any colour. */
  readonly coloured: boolean;
}

/**
 * The whole picture in `size` x `size` pixels. Cover is treated like contain, preserving the aspect
 * ratio: an edit limited to the central square would be useless.
 */
export function viewOf(picture: PictureRows, size: number, resize: Resize): PictureView {
  const part = partOf(picture, size, resize);
  const everything = { top: 0, left: 0, height: picture.height, width: picture.width };
  const shown = resizedPart(picture, everything, part.width, part.height, BICUBIC);
  const rows = reflected(part.height, size);
  const columns = reflected(part.width, size);
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = (rows[y]! * part.width + columns[x]!) * 3;
      data.set(shown.data.subarray(from, from + 3), (y * size + x) * 3);
    }
  }
  return { pixels: { width: size, height: size, data }, part, coloured: hasColour(picture) };
}

function partOf({ width, height }: PictureRows, size: number, resize: Resize): CropBox {
  if (resize !== 'cover' && resize !== 'contain') return { top: 0, left: 0, height: size, width: size };
  const longer = Math.max(width, height);
  const pixels = (side: number): number => Math.max(1, roundHalfToEven((size * side) / longer));
  const [rows, columns] = [pixels(height), pixels(width)];
  return {
    top: Math.floor((size - rows) / 2),
    left: Math.floor((size - columns) / 2),
    height: rows,
    width: columns,
  };
}

/** `reflected` of stgan_tf/squaring.py: which of `length` pixels each of `side` around them shows. */
export function reflected(length: number, side: number): number[] {
  const period = Math.max(2 * (length - 1), 1);
  const before = Math.floor((side - length) / 2);
  return Array.from({ length: side }, (_, index) => {
    const position = (((index - before) % period) + period) % period;
    return Math.min(position, period - position);
  });
}
