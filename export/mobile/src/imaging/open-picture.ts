/** Pictures decoded by the browser, read a few rows at a time. */
import { bitmapFromFile, canvasFor, pixelsOf } from './photo';
import { type PictureRows, rowsOf } from './picture-rows';
import { type RgbImage, rgbaFromRgb, rgbFromRgba } from './pixels';

/** Previews have at most this many pixels per side, so that edits keep up with the slider. */
const PREVIEW_SIDE = 1024;

export interface OpenPicture extends PictureRows {
  /** The picture, for drawing on a canvas. */
  readonly drawable: CanvasImageSource;
  /** Frees its memory. */
  close(): void;
}

/** Throws a Problem if the browser cannot decode it. */
export async function openFile(file: Blob, name: string): Promise<OpenPicture> {
  const bitmap = await bitmapFromFile(file, name);
  const { width, height } = bitmap;
  const canvas = document.createElement('canvas');
  const rows = (top: number, count: number): RgbImage => {
    const context = canvasFor(canvas, width, count);
    context.drawImage(bitmap, 0, -top);
    return rgbFromRgba(context.getImageData(0, 0, width, count).data, width, count);
  };
  return { width, height, rows, drawable: bitmap, close: () => bitmap.close() };
}

/** Pixels that are in memory already. */
export function openImage(image: RgbImage): OpenPicture {
  const canvas = document.createElement('canvas');
  const context = canvasFor(canvas, image.width, image.height);
  context.putImageData(new ImageData(rgbaFromRgb(image), image.width, image.height), 0, 0);
  return { ...rowsOf(image), drawable: canvas, close: () => undefined };
}

export function previewOf({ drawable, width, height }: OpenPicture): RgbImage {
  return pixelsOf(drawable, width, height, { longestSide: PREVIEW_SIDE });
}
