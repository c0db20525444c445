/** The preview of an edited picture, computed in steps so that sliders stay smooth. */
import { pause } from '../pause';
import { ChangeAdder, type PictureChange } from './full-size';
import { rowsOf, stripsOf } from './picture-rows';
import type { RgbImage } from './pixels';

/** Takes roughly 20 ms on a phone. */
const STEP_PIXELS = 2 ** 17;

export async function changedPreview(image: RgbImage, change: PictureChange): Promise<RgbImage> {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  const adder = new ChangeAdder(change, width, height);
  const picture = rowsOf(image);
  for (const [top, count] of stripsOf(picture, STEP_PIXELS)) {
    data.set(adder.changed(picture.rows(top, count), top).data, 3 * top * width);
    await pause();
  }
  return { width, height, data };
}
