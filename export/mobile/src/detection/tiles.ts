/** The squares in which a photo is searched; as `_tiles` in stgan_tf/alignment/blazeface_model.py. */
import { roundHalfToEven } from '../imaging/bicubic';

/** Sides relative to the photo's longer side; the first has a margin, for faces cut by the border. */
const SHARES = [1.3, 1, 0.5, 0.25];
const SMALLEST = 96;

export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export function tilesOf(width: number, height: number): Tile[] {
  const longest = Math.max(width, height);
  return SHARES.flatMap((share) => {
    const side = roundHalfToEven(share * longest);
    if (share < 1 && side < SMALLEST) return [];
    const lefts = starts(width, side);
    return starts(height, side).flatMap((top) => lefts.map((left) => ({ left, top, side })));
  });
}

/** First pixels of overlapping tiles; negative if one covers everything. */
function starts(length: number, side: number): number[] {
  if (side >= length) return [Math.floor((length - side) / 2)];
  const count = Math.ceil((2 * (length - side)) / side) + 1;
  const step = (length - side) / (count - 1);
  return Array.from({ length: count }, (_, index) => roundHalfToEven(index * step));
}
