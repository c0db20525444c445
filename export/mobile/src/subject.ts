/** What is being edited: a framed face, or a whole picture. */
import type { RgbImage } from './imaging/pixels';

/** A model's output for a subject. */
export interface ModelEdit {
  readonly edited: RgbImage;
  /** The output without any change; null for faces, which are shown as the model returns them. */
  readonly unedited: RgbImage | null;
}

/** An edit as it is shown. */
export interface ShownEdit {
  readonly image: RgbImage;
  /** The picture to save, at full size; null to save the shown one, enlarged. */
  readonly png: (() => Promise<File>) | null;
}

export interface Subject {
  /** The same for the same picture, however it is framed. */
  readonly identity: object;
  readonly label: string;
  /** Its known attributes or domain; null for photos. */
  readonly attributes: readonly string[] | null;
  /** The model's input: float32 (size, size, 3) in [-1, 1]. */
  input(size: number): Float32Array<ArrayBuffer>;
  /** The picture shown before any edit. */
  original(size: number): RgbImage;
  shown(edit: ModelEdit): Promise<ShownEdit>;
}
