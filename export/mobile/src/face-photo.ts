/** A photo whose faces are edited one after another; each edit is kept while others are made. */
import { type FaceChange, FaceChangeAdder } from './imaging/face-change';
import { type OpenPicture, type Preview, previewOf } from './imaging/open-picture';
import { hasColour } from './imaging/picture-rows';
import { IDENTITY, type Similarity } from './imaging/similarity';
import { type FileFormat, writtenPicture } from './imaging/written-picture';
import type { PictureSource } from './picture-source';

export class FacePhoto {
  readonly width: number;
  readonly height: number;
  readonly coloured: boolean;
  /** The whole photo. */
  readonly preview: Preview;
  /** By face, in the order in which they are added. */
  private readonly changes = new Map<object, FaceChange>();

  /** `picture`: the source, opened. */
  constructor(
    picture: OpenPicture,
    private readonly source: PictureSource,
  ) {
    this.width = picture.width;
    this.height = picture.height;
    this.preview = previewOf(picture);
    this.coloured = hasColour(picture);
  }

  open(): Promise<OpenPicture> {
    return this.source.open();
  }

  /** The usual type of saved files. */
  get type(): FileFormat['type'] {
    return this.source.type;
  }

  setChange(face: object, change: FaceChange): void {
    this.changes.set(face, change);
  }

  /** Adds all edits to the photo, or to a `width` x `height` view of it. */
  changers(size: { width: number; height: number }, toPhoto: Similarity): FaceChangeAdder[] {
    return [...this.changes.values()]
      .filter((change) => change.values.some((value) => value !== 0))
      .map((change) => new FaceChangeAdder(change, size, toPhoto));
  }

  /** The photo with its edits so far; later ones do not reach it. */
  writer(): (format: FileFormat) => Promise<File> {
    const changers = this.changers(this, IDENTITY);
    return async (format) => {
      const picture = await this.source.open();
      try {
        return await writtenPicture(picture, changers, this.source.stem, format);
      } finally {
        picture.close();
      }
    };
  }
}
