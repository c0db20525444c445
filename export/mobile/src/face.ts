/** The face being edited, and what the model sees of it. */
import { type Frame, mapOfFrame, modelInput } from './imaging/frame';
import { bytesFromFloats, type RgbImage } from './imaging/pixels';
import { covering } from './imaging/placement';
import { type Similarity } from './imaging/similarity';
import { type Pyramid, pyramidOf } from './imaging/warp';
import type { ModelEdit, ShownEdit, Subject } from './subject';

export class Face implements Subject {
  private readonly pyramid: Pyramid;
  private seen: { readonly size: number; readonly input: Float32Array<ArrayBuffer> } | null = null;
  private map: Similarity;

  /**
   * `attributes`: the face's known attributes, by CelebA's names; null for photos.
   * `toFrame`: null if the picture is the frame itself, or should cover it.
   */
  constructor(
    readonly photo: RgbImage,
    readonly label: string,
    readonly frame: Frame,
    readonly attributes: readonly string[] | null,
    toFrame: Similarity | null = null,
  ) {
    this.pyramid = pyramidOf(photo);
    this.map =
      toFrame ?? mapOfFrame(photo, frame) ?? covering(photo.width, photo.height, frame);
  }

  get identity(): object {
    return this.photo;
  }

  get toFrame(): Similarity {
    return this.map;
  }

  set toFrame(map: Similarity) {
    this.map = map;
    this.seen = null;
  }

  /** float32 (size, size, 3) in [-1, 1]. */
  input(size: number): Float32Array<ArrayBuffer> {
    if (this.seen?.size !== size) {
      const input = modelInput(this.pyramid, this.map, this.frame, size);
      this.seen = { size, input: input as Float32Array<ArrayBuffer> };
    }
    return this.seen.input;
  }

  /** What the model sees, as a picture. */
  original(size: number): RgbImage {
    return { width: size, height: size, data: bytesFromFloats(this.input(size)) };
  }

  /** Faces are shown as the model returns them. */
  shown({ edited }: ModelEdit): Promise<ShownEdit> {
    return Promise.resolve({ image: edited, png: null });
  }
}
