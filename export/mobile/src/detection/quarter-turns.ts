/** Photos turned by quarters, as by np.rot90 (anticlockwise): some do not record how they were held. */
import type { Size } from '../imaging/frame';
import type { Point } from '../imaging/similarity';

export interface QuarterTurns {
  readonly size: Size;
  /** For canvases: from the corners of the photo's pixels to those of the turned photo's. */
  readonly matrix: readonly [number, number, number, number, number, number];
  /** From the turned photo's pixels to the photo's. */
  readonly back: (point: Point) => Point;
}

/** A photo of that size, turned `count` times. */
export function quarterTurns({ width, height }: Size, count: number): QuarterTurns {
  const upright = { width, height };
  const onSide = { width: height, height: width };
  switch (count) {
    case 0:
      return { size: upright, matrix: [1, 0, 0, 1, 0, 0], back: (point) => point };
    case 1:
      return {
        size: onSide,
        matrix: [0, -1, 1, 0, 0, width],
        back: ({ x, y }) => ({ x: width - 1 - y, y: x }),
      };
    case 2:
      return {
        size: upright,
        matrix: [-1, 0, 0, -1, width, height],
        back: ({ x, y }) => ({ x: width - 1 - x, y: height - 1 - y }),
      };
    case 3:
      return {
        size: onSide,
        matrix: [0, 1, -1, 0, height, 0],
        back: ({ x, y }) => ({ x: y, y: height - 1 - x }),
      };
    default:
      throw new RangeError(`A photo is turned 0 to 3 times. Received: ${count}.`);
  }
}
