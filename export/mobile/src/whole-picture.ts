/** A picture that the model sees as a whole; edits are previewed small and saved at full size. */
import { ChangeAdder, type PictureChange, changeOf } from './imaging/full-size';
import { previewOf } from './imaging/open-picture';
import { type PictureView, type Resize, viewOf } from './imaging/picture-view';
import type { RgbImage } from './imaging/pixels';
import { changedPreview } from './imaging/row-changer';
import { type FileFormat, writtenPicture } from './imaging/written-picture';
import type { PictureSource } from './picture-source';
import type { ModelEdit, ShownEdit, Subject } from './subject';

/** How a model sees whole pictures. */
export interface WholeRule {
  readonly size: number;
  readonly resize: Resize;
}

export class WholePicture implements Subject {
  readonly hasCloseUp = false;
  closeUp = false;

  private constructor(
    readonly label: string,
    readonly attributes: readonly string[] | null,
    private readonly source: PictureSource,
    private readonly size: { readonly width: number; readonly height: number },
    private readonly preview: RgbImage,
    private readonly view: PictureView,
  ) {}

  static async of(
    source: PictureSource,
    { size, resize }: WholeRule,
    label: string,
    attributes: readonly string[] | null,
  ): Promise<WholePicture> {
    const picture = await source.open();
    try {
      const view = viewOf(picture, size, resize);
      const { width, height } = picture;
      const { image } = previewOf(picture);
      return new WholePicture(label, attributes, source, { width, height }, image, view);
    } finally {
      picture.close();
    }
  }

  get identity(): object {
    return this;
  }

  input(size: number): Float32Array<ArrayBuffer> {
    const { pixels } = this.view;
    if (pixels.width !== size) throw new Error(`Seen at ${pixels.width} pixels, asked for ${size}.`);
    return Float32Array.from(pixels.data, (value) => value / 127.5 - 1);
  }

  original(): RgbImage {
    return this.preview;
  }

  async shown({ edited, unedited }: ModelEdit): Promise<ShownEdit> {
    const change = changeOf(this.view, edited, unedited);
    const { width, height } = this.preview;
    const image = await changedPreview(this.preview, [new ChangeAdder(change, width, height)]);
    const write = (format: FileFormat): Promise<File> => this.written(change, format);
    return { image, output: { ...this.size, type: this.source.type, write } };
  }

  private async written(change: PictureChange, format: FileFormat): Promise<File> {
    const picture = await this.source.open();
    try {
      const { width, height } = picture;
      const changer = new ChangeAdder(change, width, height);
      return await writtenPicture(picture, [changer], this.source.stem, format);
    } finally {
      picture.close();
    }
  }
}
