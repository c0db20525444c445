/** An edited picture at full size, as a PNG file. */
import { pause } from '../pause';
import { Problem } from '../problem';
import { ChangeAdder, type PictureChange } from './full-size';
import { canvasFor } from './photo';
import { type PictureRows, stripsOf } from './picture-rows';
import { rgbaFromRgb } from './pixels';

/** Computed in strips, so that the page stays responsive. */
export async function changedPng(
  picture: PictureRows,
  change: PictureChange,
  name: string,
): Promise<File> {
  const { width, height } = picture;
  const canvas = document.createElement('canvas');
  const context = canvasFor(canvas, width, height);
  const adder = new ChangeAdder(change, width, height);
  for (const [top, count] of stripsOf(picture)) {
    const strip = adder.changed(picture.rows(top, count), top);
    context.putImageData(new ImageData(rgbaFromRgb(strip), width, count), 0, top);
    await pause();
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  // Frees the pixels immediately.
  canvas.width = canvas.height = 0;
  if (!blob) {
    throw new Problem(
      'The picture could not be saved.',
      `This browser does not have enough memory for a PNG of ${width} × ${height} pixels.`,
      'Close other tabs, or choose a smaller picture.',
    );
  }
  return new File([blob], name, { type: 'image/png' });
}
