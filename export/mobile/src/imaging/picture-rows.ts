/** A picture read a few rows at a time, so that a large photo need not be copied. */
import { crop, type RgbImage } from './pixels';

export interface PictureRows {
  readonly width: number;
  readonly height: number;
  rows(top: number, count: number): RgbImage;
}

/** Number of pixels processed at once, which limits memory use. */
const STRIP_PIXELS = 2 ** 19;

export function rowsOf(image: RgbImage): PictureRows {
  const { width, height } = image;
  return { width, height, rows: (top, count) => crop(image, { top, left: 0, height: count, width }) };
}

/** The picture's strips from top to bottom: each one's first row and how many it has. */
export function stripsOf(
  { width, height }: Pick<PictureRows, 'width' | 'height'>,
  pixels = STRIP_PIXELS,
): [number, number][] {
  const count = Math.max(1, Math.floor(pixels / width));
  const tops = Array.from({ length: Math.ceil(height / count) }, (_, index) => index * count);
  return tops.map((top) => [top, Math.min(count, height - top)]);
}

/** Whether any pixel is not grey. */
export function hasColour(picture: PictureRows): boolean {
  for (const [top, count] of stripsOf(picture)) {
    const { data } = picture.rows(top, count);
    for (let i = 0; i < data.length; i += 3) {
      if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true;
    }
  }
  return false;
}
