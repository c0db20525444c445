/** Pictures from files, addresses and the camera -> pixels. */
import { Problem } from '../problem';
import { type RgbImage, rgbFromRgba } from './pixels';

/** Longer sides are shrunk to this: models see a few hundred pixels of a face. */
const LONGEST_SIDE = 2048;

/** Pixels of a picture that the browser can draw; upright, in sRGB. */
export function pixelsOf(
  picture: CanvasImageSource,
  width: number,
  height: number,
  mirrored = false,
): RgbImage {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!context) throw new Error('This browser gives no 2D canvas.');
  // What is transparent becomes white, not black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  if (mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return rgbFromRgba(data, canvas.width, canvas.height);
}

/** Decodes a file; a Problem where the browser cannot. */
export async function photoFromFile(file: Blob, name: string): Promise<RgbImage> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new Problem(
      `${name} cannot be opened as a picture.`,
      `This browser reads no such file (${file.type || 'unknown type'}): ${(error as Error).message}`,
      'Choose a JPEG, PNG or WebP picture.',
    );
  }
  try {
    return pixelsOf(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}
