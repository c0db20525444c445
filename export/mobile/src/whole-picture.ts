/** A picture that the model sees as a whole; edits are previewed small and saved at full size. */
import { changedPng } from './imaging/changed-png';
import { changedPreview } from './imaging/changed-preview';
import { type PictureChange, changeOf } from './imaging/full-size';
import { type OpenPicture, previewOf } from './imaging/open-picture';
import { type PictureView, type Resize, viewOf } from './imaging/picture-view';
import type { RgbImage } from './imaging/pixels';
import type { ModelEdit, ShownEdit, Subject } from './subject';

const FILE_NAME = 'edited-picture.png';

/** How a model sees whole pictures. */
export interface WholeRule {
  readonly size: number;
  readonly resize: Resize;
}

export class WholePicture implements Subject {
  private constructor(
    readonly label: string,
    readonly attributes: readonly string[] | null,
    /** Decodes it again for saving, so that a large photo's pixels are not kept in memory. */
    private readonly open: () => Promise<OpenPicture>,
    private readonly preview: RgbImage,
    private readonly view: PictureView,
  ) {}

  static async of(
    open: () => Promise<OpenPicture>,
    { size, resize }: WholeRule,
    label: string,
    attributes: readonly string[] | null,
  ): Promise<WholePicture> {
    const picture = await open();
    try {
      const view = viewOf(picture, size, resize);
      return new WholePicture(label, attributes, open, previewOf(picture), view);
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
    const change = changeOf(this.view, edited, unedited ?? this.view.pixels);
    const image = await changedPreview(this.preview, change);
    return { image, png: () => this.png(change) };
  }

  private async png(change: PictureChange): Promise<File> {
    const picture = await this.open();
    try {
      return await changedPng(picture, change, FILE_NAME);
    } finally {
      picture.close();
    }
  }
}
