/** A changed picture at full size, as a file. */
import { pause } from '../pause';
import { Problem } from '../problem';
import { canvasFor } from './photo';
import { type PictureRows, stripsOf } from './picture-rows';
import { rgbaFromRgb } from './pixels';
import { changedBy, type RowChanger } from './row-changer';
import { texts } from '../texts/texts';

export interface FileFormat {
  readonly type: 'image/jpeg' | 'image/png';
  /** Of JPEG, from 0 to 1. */
  readonly quality: number;
}

const SUFFIXES = { 'image/jpeg': '.jpg', 'image/png': '.png' } as const;

/** Computed in strips, so that the page stays responsive. `stem`: the file's name without suffix. */
export async function writtenPicture(
  picture: PictureRows,
  changers: readonly RowChanger[],
  stem: string,
  { type, quality }: FileFormat,
): Promise<File> {
  const { width, height } = picture;
  const canvas = document.createElement('canvas');
  const context = canvasFor(canvas, width, height);
  for (const [top, count] of stripsOf(picture)) {
    const strip = changedBy(changers, picture.rows(top, count), top);
    context.putImageData(new ImageData(rgbaFromRgb(strip), width, count), 0, top);
    await pause();
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  // Frees the pixels immediately.
  canvas.width = canvas.height = 0;
  if (!blob || blob.type !== type) {
    throw new Problem(
      texts.notSaved,
      texts.noMemory(width, height),
      texts.needMemory,
    );
  }
  return new File([blob], stem + SUFFIXES[type], { type });
}
