/** What is being edited: a face of a photo, or a whole picture. */
import type { RgbImage } from './imaging/pixels';
import type { FileFormat } from './imaging/written-picture';

/** A model's output for a subject. */
export interface ModelEdit {
  readonly edited: RgbImage;
  /** The output without any change, so that unrequested changes can be left out. */
  readonly unedited: RgbImage;
}

/** The edited picture at full size. */
export interface FullSizeOutput {
  readonly width: number;
  readonly height: number;
  /** The type that suits the picture it comes from. */
  readonly type: FileFormat['type'];
  readonly write: (format: FileFormat) => Promise<File>;
}

/** An edit as it is shown, and as it is saved. */
export interface ShownEdit {
  readonly image: RgbImage;
  readonly output: FullSizeOutput;
}

export interface Subject {
  /** The same for the same picture or face, however it is framed. */
  readonly identity: object;
  readonly label: string;
  /** Its known attributes or domain; null for photos. */
  readonly attributes: readonly string[] | null;
  /** Whether it can be shown close up. */
  readonly hasCloseUp: boolean;
  /** Whether it is shown close up. */
  closeUp: boolean;
  /** The model's input: float32 (size, size, 3) in [-1, 1]. */
  input(size: number): Float32Array<ArrayBuffer>;
  /** The picture shown before any edit. */
  original(): RgbImage;
  shown(edit: ModelEdit): Promise<ShownEdit>;
}
