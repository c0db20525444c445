/** A face of a photo: what the model sees of it, and the photo with its edit. */
import type { FacePhoto } from './face-photo';
import { type Alignment, alignmentOf, modelInput } from './imaging/aligning';
import { faceChangeOf } from './imaging/face-change';
import type { Frame } from './imaging/frame';
import { type OpenPicture, type Preview, previewOf } from './imaging/open-picture';
import { bytesFromFloats, type CropBox, type RgbImage } from './imaging/pixels';
import { changedPreview } from './imaging/row-changer';
import { apply, inverse, scaleOf, type Similarity } from './imaging/similarity';
import type { ModelEdit, ShownEdit, Subject } from './subject';

/** A face whose square is a smaller share of the photo's longer side is shown close up at first. */
const LARGE_SHARE = 0.4;
/** Side of the close-up, in sides of the model's square. */
const CLOSE_UP = 1.6;

export interface Placing {
  readonly frame: Frame;
  /** The model's image size. */
  readonly side: number;
  /** From the photo's pixels to the frame's. */
  readonly toFrame: Similarity;
}

export class Face implements Subject {
  closeUp: boolean;

  private constructor(
    readonly photo: FacePhoto,
    readonly label: string,
    /** Known attributes, by CelebA's names; null for photos. */
    readonly attributes: readonly string[] | null,
    /** The same for the same face, however it is framed. */
    readonly identity: object,
    readonly placing: Placing,
    private readonly seen: Float32Array<ArrayBuffer>,
    private readonly near: Preview | null,
  ) {
    this.closeUp = near !== null;
  }

  /** `picture`: the photo, opened. */
  static of(
    photo: FacePhoto,
    picture: OpenPicture,
    label: string,
    placing: Placing,
    attributes: readonly string[] | null = null,
    identity: object = {},
  ): Face {
    const { frame, side, toFrame } = placing;
    const seen = modelInput(picture, toFrame, frame, side);
    const box = closeUpBox(alignmentOf(toFrame, frame, side), photo);
    const near = box && previewOf(picture, box);
    return new Face(photo, label, attributes, identity, placing, seen, near);
  }

  get hasCloseUp(): boolean {
    return this.near !== null;
  }

  input(): Float32Array<ArrayBuffer> {
    return this.seen;
  }

  original(): RgbImage {
    return this.preview.image;
  }

  async shown({ edited, unedited }: ModelEdit): Promise<ShownEdit> {
    const { photo, preview } = this;
    const { toFrame, frame, side } = this.placing;
    const alignment = alignmentOf(toFrame, frame, side);
    photo.setChange(this.identity, faceChangeOf(alignment, edited, unedited, photo.coloured));
    const changers = photo.changers(preview.image, preview.toPhoto);
    const image = await changedPreview(preview.image, changers);
    return { image, output: { ...sizeOf(photo), write: photo.writer() } };
  }

  /** What the model sees, for choosing between faces. */
  thumbnail(): RgbImage {
    const { side } = this.placing;
    return { width: side, height: side, data: bytesFromFloats(this.seen) };
  }

  private get preview(): Preview {
    return this.near && this.closeUp ? this.near : this.photo.preview;
  }
}

const sizeOf = ({ width, height, type }: FacePhoto) => ({ width, height, type });

/** A square around the face, moved into the photo; null if the face is large in the photo. */
function closeUpBox({ area, toAligned }: Alignment, photo: FacePhoto): CropBox | null {
  const side = Math.max(area.width, area.height) / scaleOf(toAligned);
  if (side >= LARGE_SHARE * Math.max(photo.width, photo.height)) return null;
  const middle = apply(inverse(toAligned), {
    x: area.left + (area.width - 1) / 2,
    y: area.top + (area.height - 1) / 2,
  });
  const along = (centre: number, length: number): [number, number] => {
    const size = Math.min(length, Math.max(1, Math.round(CLOSE_UP * side)));
    return [Math.min(length - size, Math.max(0, Math.round(centre + 0.5 - size / 2))), size];
  };
  const [left, width] = along(middle.x, photo.width);
  const [top, height] = along(middle.y, photo.height);
  return { top, left, height, width };
}
