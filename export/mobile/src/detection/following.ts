/** Follows one face from frame to frame: a single look at each, near where the face was. */
import type { OpenPicture } from '../imaging/open-picture';
import { type Landmarks, landmarksOf, merged, type Scored } from './blazeface';
import { candidatesIn, eyeDistanceOf } from './face-finder';
import type { Detect } from './second-look';
import { type Tile, tilesOf } from './tiles';

/** Side of the square that is searched, in distances of the eyes. */
const REACH = 5;

export class FaceFollower {
  private last: Landmarks | null = null;
  private readonly canvas = document.createElement('canvas');

  constructor(private readonly detect: Detect) {}

  /** The largest face; null if there is none. */
  async next(frame: OpenPicture): Promise<Landmarks | null> {
    const near = this.last ? await this.seen(frame, around(this.last)) : [];
    // The whole frame, with a margin and without.
    const [wide, whole] = tilesOf(frame.width, frame.height);
    let found = near;
    if (found.length === 0) found = await this.seen(frame, whole!);
    if (found.length === 0) found = await this.seen(frame, wide!);
    const faces = merged(found).map(({ shape }) => landmarksOf(shape));
    faces.sort((a, b) => eyeDistanceOf(b) - eyeDistanceOf(a));
    this.last = faces[0] ?? null;
    return this.last;
  }

  private seen(frame: OpenPicture, tile: Tile): Promise<Scored[]> {
    return candidatesIn(frame, tile, this.canvas, this.detect);
  }
}

function around(face: Landmarks): Tile {
  const side = Math.max(16, Math.round(REACH * eyeDistanceOf(face)));
  const { leftEye, rightEye, mouth } = face;
  const x = (leftEye.x + rightEye.x + mouth.x) / 3;
  const y = (leftEye.y + rightEye.y + mouth.y) / 3;
  return { left: Math.round(x - side / 2), top: Math.round(y - side / 2), side };
}
