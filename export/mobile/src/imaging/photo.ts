/** Pictures from files, URLs and the camera -> pixels. */
import { Problem } from '../problem';
import { type RgbImage, rgbFromRgba } from './pixels';
import { texts } from '../texts/texts';

/** Sizes a canvas and fills it with white, so that transparent areas do not turn black. */
export function canvasFor(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!context) throw new Error('This browser provides no 2D canvas.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  return context;
}

/** Pixels of a picture that the browser can draw, upright and in sRGB. */
export function pixelsOf(
  picture: CanvasImageSource,
  width: number,
  height: number,
  { mirrored = false } = {},
): RgbImage {
  const canvas = document.createElement('canvas');
  const context = canvasFor(canvas, width, height);
  if (mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return rgbFromRgba(data, canvas.width, canvas.height);
}

/** Decodes a file; throws a Problem if the browser cannot. */
export async function bitmapFromFile(file: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new Problem(
      texts.pictureUnreadable(name),
      texts.pictureKind(file.type || texts.unknownType, (error as Error).message),
      texts.pictureKinds,
    );
  }
}
