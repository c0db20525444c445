/** Warps a photo with a similarity transform. */
import type { RgbImage } from './pixels';
import { compose, inverse, type Similarity } from './similarity';

/** An image pyramid. `toLevel` maps the photo's pixel coordinates to the level's. */
export interface Level {
  readonly image: RgbImage;
  readonly toLevel: Similarity;
}
export type Pyramid = readonly Level[];

const SMALLEST_SIDE = 32;

/** Repeatedly halves the photo, by averaging 2x2 pixels, while it is large enough. */
export function pyramidOf(photo: RgbImage): Pyramid {
  const levels: Level[] = [
    { image: photo, toLevel: { factor: { x: 1, y: 0 }, shift: { x: 0, y: 0 } } },
  ];
  for (;;) {
    const { image, toLevel } = levels[levels.length - 1]!;
    if (Math.min(image.width, image.height) < 2 * SMALLEST_SIDE) return levels;
    // The first pixel of the half is between the first two: x -> x / 2 - 1 / 4.
    const halve = { factor: { x: 0.5, y: 0 }, shift: { x: -0.25, y: -0.25 } };
    levels.push({ image: halved(image), toLevel: compose(halve, toLevel) });
  }
}

function halved(image: RgbImage): RgbImage {
  const width = image.width >> 1;
  const height = image.height >> 1;
  const data = new Uint8Array(width * height * 3);
  const stride = image.width * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = 2 * y * stride + 6 * x;
      for (let c = corner; c < corner + 3; c++) {
        const sum =
          image.data[c]! + image.data[c + 3]! + image.data[c + stride]! + image.data[c + stride + 3]!;
        data[(y * width + x) * 3 + c - corner] = (sum + 2) >> 2;
      }
    }
  }
  return { width, height, data };
}

/** The level from which bilinear sampling at `scale` (pixels out per pixel of the photo) shrinks
 * by less than two, to avoid aliasing. */
export function levelFor(photo: Pyramid, scale: number): Level {
  let level = photo[0]!;
  for (const next of photo.slice(1)) {
    if (scale > 0.5 ** photo.indexOf(next)) break;
    level = next;
  }
  return level;
}

/**
 * Warps the level's photo by `map`, from the photo's pixels to the result's (width x height).
 * Bilinear; beyond the border the outermost pixels are repeated, as in CelebA itself.
 */
export function warp(level: Level, map: Similarity, width: number, height: number): RgbImage {
  const { image, toLevel } = level;
  const back = compose(toLevel, inverse(map));
  const data = new Uint8Array(width * height * 3);
  const lastX = image.width - 1;
  const lastY = image.height - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = back.factor.x * x - back.factor.y * y + back.shift.x;
      const sourceY = back.factor.y * x + back.factor.x * y + back.shift.y;
      const clampedX = Math.min(lastX, Math.max(0, sourceX));
      const clampedY = Math.min(lastY, Math.max(0, sourceY));
      const x0 = Math.floor(clampedX);
      const y0 = Math.floor(clampedY);
      const right = clampedX - x0;
      const down = clampedY - y0;
      const x1 = Math.min(lastX, x0 + 1);
      const y1 = Math.min(lastY, y0 + 1);
      for (let c = 0; c < 3; c++) {
        const upper =
          image.data[(y0 * image.width + x0) * 3 + c]! * (1 - right) +
          image.data[(y0 * image.width + x1) * 3 + c]! * right;
        const lower =
          image.data[(y1 * image.width + x0) * 3 + c]! * (1 - right) +
          image.data[(y1 * image.width + x1) * 3 + c]! * right;
        data[(y * width + x) * 3 + c] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return { width, height, data };
}
