/** Slider values and the face's own attributes -> edited pictures, one model run at a time. */
import type { Face } from './face';
import { bytesFromFloats, type RgbImage } from './imaging/pixels';
import type { ModelDescription } from './model/description';
import { editDifference, excludedStrengths, setValue } from './model/edit-vector';
import { LatestOnly } from './model/latest-only';
import type { ModelRunner } from './runtime/model-runner';

export interface EditingEvents {
  readonly busy: (busy: boolean) => void;
  readonly edited: (image: RgbImage, milliseconds: number) => void;
  readonly failed: (error: unknown) => void;
}

export class Editing {
  readonly values: Float32Array;
  /** 1: the face has it, 0: it has not, NaN: nobody knows. */
  readonly source: Float32Array<ArrayBuffer>;
  private face: Face | null = null;
  private ready = false;
  private readonly runs = new LatestOnly<Face>((face) => this.run(face));

  constructor(
    private readonly model: ModelDescription,
    private readonly runner: ModelRunner,
    private readonly events: EditingEvents,
  ) {
    this.values = new Float32Array(model.attributes.length);
    this.source = new Float32Array(model.attributes.length).fill(Number.NaN);
  }

  /** Whether a model is loaded; turning it on edits the face at once. */
  set modelReady(ready: boolean) {
    this.ready = ready;
    this.request();
  }

  edit(face: Face): void {
    this.face = face;
    this.request();
  }

  /** Returns the attributes that were switched back besides. */
  set(index: number, value: number): number[] {
    const { attributes, conflicts } = this.model;
    const switched = setValue(this.values, attributes, conflicts, index, value);
    this.request();
    return switched;
  }

  reset(): void {
    this.values.fill(0);
    this.request();
  }

  /** Whether an added attribute excludes something that the face may or may not have. */
  get guesses(): boolean {
    const { attributes, conflicts } = this.model;
    const excluded = excludedStrengths(this.values, attributes, conflicts);
    return excluded.some((strength, index) => strength > 0 && Number.isNaN(this.source[index]));
  }

  /** What people tick is all that the face has. */
  setSource(index: number, present: boolean): void {
    for (const [other, has] of this.source.entries()) if (Number.isNaN(has)) this.source[other] = 0;
    this.source[index] = Number(present);
    this.request();
  }

  replaceSource(source: ArrayLike<number>): void {
    this.source.set(source);
    this.request();
  }

  private request(): void {
    if (!this.ready || !this.face) {
      this.runs.discard();
      return;
    }
    this.events.busy(true);
    this.runs.submit(this.face);
  }

  private async run(face: Face): Promise<void> {
    const { attributes, conflicts, imageSize, needsSource } = this.model;
    const { values: asked, source: seen } = this;
    const difference = editDifference(asked, attributes, conflicts, seen, needsSource);
    const source = needsSource ? seen.map((has) => Number(has === 1)) : null;
    try {
      const input = face.input(imageSize);
      const { values, milliseconds } = await this.runner.edit(input, difference, source);
      if (face !== this.face) return;
      const data = bytesFromFloats(values);
      this.events.edited({ width: imageSize, height: imageSize, data }, milliseconds);
    } catch (error) {
      this.events.failed(error);
    } finally {
      if (!this.runs.behind) this.events.busy(false);
    }
  }
}
