/** Pixel conventions, the same as in stgan_tf/images.py. */

/** 8-bit RGB, row by row, three values per pixel. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A rectangle in pixels: rows top..top+height-1, columns left..left+width-1. */
export interface CropBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Drops alpha from a canvas' RGBA values. */
export function rgbFromRgba(rgba: Uint8ClampedArray, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data[3 * pixel] = rgba[4 * pixel]!;
    data[3 * pixel + 1] = rgba[4 * pixel + 1]!;
    data[3 * pixel + 2] = rgba[4 * pixel + 2]!;
  }
  return { width, height, data };
}

/** RGB as opaque RGBA, for a canvas. */
export function rgbaFromRgb(image: RgbImage): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(image.width * image.height * 4);
  for (let pixel = 0; pixel < image.width * image.height; pixel++) {
    rgba[4 * pixel] = image.data[3 * pixel]!;
    rgba[4 * pixel + 1] = image.data[3 * pixel + 1]!;
    rgba[4 * pixel + 2] = image.data[3 * pixel + 2]!;
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}

/** The part of an image inside `box`, which must lie within the image. */
export function crop(image: RgbImage, box: CropBox): RgbImage {
  const fits =
    box.top >= 0 &&
    box.left >= 0 &&
    box.top + box.height <= image.height &&
    box.left + box.width <= image.width;
  if (!fits) {
    throw new RangeError(
      `The crop box must lie inside ${image.width}x${image.height}. Received: ${JSON.stringify(box)}.`,
    );
  }
  const data = new Uint8Array(box.width * box.height * 3);
  for (let row = 0; row < box.height; row++) {
    const start = 3 * ((box.top + row) * image.width + box.left);
    data.set(image.data.subarray(start, start + 3 * box.width), 3 * row * box.width);
  }
  return { width: box.width, height: box.height, data };
}

/**
 * Floats in [-1, 1] -> 8 bits. Values outside are clipped, and fractions are truncated rather than
 * rounded, as in `to_uint8`, so that the page shows what Python writes.
 */
export function bytesFromFloats(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    // Rounded to single precision after each step, as NumPy does.
    const scaled = Math.fround((Math.fround(values[i]! + 1) / 2) * 255);
    if (!Number.isFinite(scaled)) {
      throw new RangeError('The model returned non-finite values (NaN or infinity).');
    }
    bytes[i] = Math.trunc(Math.min(255, Math.max(0, scaled)));
  }
  return bytes;
}
