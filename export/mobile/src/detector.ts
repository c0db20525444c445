/** The face detector, loaded once the model is. */
import { findFaces, type FoundFace } from './detection/face-finder';
import { FaceFollower } from './detection/following';
import type { Landmarks } from './detection/blazeface';
import type { OpenPicture } from './imaging/open-picture';
import type { ModelRunner } from './runtime/model-runner';

const FILE = './detector/face_detection_short_range.tflite';

export class Detector {
  private begin: () => void = () => undefined;
  private readonly loaded: Promise<boolean>;
  private readonly follower = new FaceFollower((view) => this.runner.detect(view));

  constructor(private readonly runner: ModelRunner) {
    const started = new Promise<void>((resolve) => (this.begin = resolve));
    this.loaded = started.then(() => this.load());
  }

  /** To be called when the runtime is ready. */
  start(): void {
    this.begin();
  }

  /** The photo's faces, the largest first; none if the detector cannot be used. */
  async find(picture: OpenPicture): Promise<FoundFace[]> {
    if (!(await this.loaded)) return [];
    return findFaces(picture, (view) => this.runner.detect(view));
  }

  /** The largest face of a frame of the camera, followed from the frame before; null if there is none. */
  async follow(frame: OpenPicture): Promise<Landmarks | null> {
    if (!(await this.loaded)) return null;
    return this.follower.next(frame);
  }

  private async load(): Promise<boolean> {
    try {
      const response = await fetch(FILE);
      if (!response.ok) throw new Error(`The server answered ${response.status} for ${FILE}.`);
      await this.runner.loadDetector(new Uint8Array(await response.arrayBuffer()));
      return true;
    } catch (error) {
      console.warn(`Faces have to be framed by hand: the detector cannot be used (${String(error)}).`);
      return false;
    }
  }
}
