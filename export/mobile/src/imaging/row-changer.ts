/** Changes a picture a few rows at a time, so that large photos need little memory. */
import { pause } from '../pause';
import { rowsOf, stripsOf } from './picture-rows';
import type { RgbImage } from './pixels';

export interface RowChanger {
  /** The picture's rows from `top`, changed. */
  changed(rows: RgbImage, top: number): RgbImage;
}

/** Takes roughly 20 ms on a phone. */
const STEP_PIXELS = 2 ** 17;

/** All changes, in their order. */
export function changedBy(changers: readonly RowChanger[], rows: RgbImage, top: number): RgbImage {
  return changers.reduce((before, changer) => changer.changed(before, top), rows);
}

/** A changed picture for the screen, computed in steps so that sliders stay smooth. */
export async function changedPreview(
  image: RgbImage,
  changers: readonly RowChanger[],
): Promise<RgbImage> {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  const picture = rowsOf(image);
  for (const [top, count] of stripsOf(picture, STEP_PIXELS)) {
    data.set(changedBy(changers, picture.rows(top, count), top).data, 3 * top * width);
    await pause();
  }
  return { width, height, data };
}
