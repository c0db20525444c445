/** Pictures decoded by the browser, read a few rows at a time. */
import { bitmapFromFile, canvasFor } from './photo';
import { type PictureRows, rowsOf } from './picture-rows';
import { type CropBox, type RgbImage, rgbaFromRgb, rgbFromRgba } from './pixels';
import { compose, scaling, type Similarity } from './similarity';

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

/** A part of a picture for the screen. */
export interface Preview {
  readonly image: RgbImage;
  /** From its pixels to the picture's. */
  readonly toPhoto: Similarity;
}

/** The picture, or a `box` of it. */
export function previewOf(picture: OpenPicture, box: CropBox = boxOf(picture)): Preview {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(box.width, box.height));
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const context = canvasFor(document.createElement('canvas'), width, height);
  context.imageSmoothingQuality = 'high';
  const { left, top } = box;
  context.drawImage(picture.drawable, left, top, box.width, box.height, 0, 0, width, height);
  const image = rgbFromRgba(context.getImageData(0, 0, width, height).data, width, height);
  const moved = { factor: { x: 1, y: 0 }, shift: { x: left, y: top } };
  return { image, toPhoto: compose(moved, scaling(box.width / width)) };
}

const boxOf = ({ width, height }: PictureRows): CropBox => ({ top: 0, left: 0, height, width });
