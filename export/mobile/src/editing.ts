/** Slider values and source attributes -> edited pictures, one model run at a time. */
import { bytesFromFloats, type RgbImage } from './imaging/pixels';
import type { ModelDescription } from './model/description';
import { editDifference, excludedStrengths, setValue } from './model/edit-vector';
import { LatestOnly } from './model/latest-only';
import type { ModelRunner } from './runtime/model-runner';
import type { ModelEdit, ShownEdit, Subject } from './subject';

export interface EditingEvents {
  readonly busy: (busy: boolean) => void;
  readonly edited: (edit: ShownEdit, milliseconds: number) => void;
  readonly failed: (error: unknown) => void;
}

/** What is asked for, and what the face has. */
export interface EditState {
  readonly values: Float32Array;
  readonly source: Float32Array;
}

export class Editing {
  readonly values: Float32Array;
  /** 1 if the face has the attribute, 0 if not, NaN if unknown. */
  readonly source: Float32Array<ArrayBuffer>;
  private face: Subject | null = null;
  /** The model's output without any change, for one picture and source. */
  private reconstruction: { face: Subject; source: string; image: RgbImage } | null = null;
  private ready = false;
  private readonly runs = new LatestOnly<Subject>((face) => this.run(face));

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
    this.reconstruction = null;
    this.request();
  }

  /** For another model: nothing is edited any more. */
  stop(): void {
    this.ready = false;
    this.face = null;
    this.runs.discard();
  }

  edit(face: Subject): void {
    this.face = face;
    this.request();
  }

  /** Returns the attributes that were switched off as a result. */
  set(index: number, value: number): number[] {
    const { attributes, conflicts } = this.model;
    const switched = setValue(this.values, attributes, conflicts, index, value);
    this.request();
    return switched;
  }

  /** A copy. */
  state(): EditState {
    return { values: this.values.slice(), source: this.source.slice() };
  }

  reset(): void {
    this.values.fill(0);
    this.request();
  }

  /** Whether an added attribute excludes one that the face may or may not have. */
  get guesses(): boolean {
    const { attributes, conflicts } = this.model;
    const excluded = excludedStrengths(this.values, attributes, conflicts);
    return excluded.some((strength, index) => strength > 0 && Number.isNaN(this.source[index]));
  }

  /** Once the user ticks something, attributes not ticked count as absent. */
  setSource(index: number, present: boolean): void {
    for (const [other, has] of this.source.entries()) if (Number.isNaN(has)) this.source[other] = 0;
    this.source[index] = Number(present);
    this.request();
  }

  replaceSource(source: ArrayLike<number>): void {
    this.source.set(source);
    this.request();
  }

  /** Sets slider values and source together. */
  replace(values: ArrayLike<number>, source: ArrayLike<number>): void {
    this.values.set(values);
    this.source.set(source);
    this.request();
  }

  /** Resolves once no edit is under way. */
  idle(): Promise<void> {
    return this.runs.idle();
  }

  /** What the model sees of a picture, with one attribute changed and nothing else. */
  async preview(subject: Subject, index: number, strength: number): Promise<RgbImage> {
    const { attributes, conflicts, imageSize, needsSource } = this.model;
    const values = new Float32Array(attributes.length);
    values[index] = strength;
    const difference = editDifference(values, attributes, conflicts, this.source, needsSource);
    const source = this.presentAttributes();
    const input = subject.input(imageSize);
    const { data: unedited } = await this.unedited(subject, input, source);
    const { data } = this.image((await this.runner.edit(input, difference, source)).values);
    const seen = bytesFromFloats(input);
    const shown = seen.map((value, i) => Math.min(255, Math.max(0, value + data[i]! - unedited[i]!)));
    return { width: imageSize, height: imageSize, data: shown };
  }

  /** Edits a face that is seen only once, of which nothing is known. */
  async once(input: Float32Array<ArrayBuffer>, values: Float32Array): Promise<ModelEdit> {
    const { attributes, conflicts, needsSource } = this.model;
    const unknown = attributes.map(() => Number.NaN);
    const difference = editDifference(values, attributes, conflicts, unknown, needsSource);
    const source = needsSource ? new Float32Array(attributes.length) : null;
    const nothing = new Float32Array(attributes.length);
    const edited = this.image((await this.runner.edit(input, difference, source)).values);
    const unedited = this.image((await this.runner.edit(input, nothing, source)).values);
    return { edited, unedited };
  }

  /** Which attributes the picture has, for models that need to know. */
  private presentAttributes(): Float32Array<ArrayBuffer> | null {
    return this.model.needsSource ? this.source.map((has) => Number(has === 1)) : null;
  }

  private request(): void {
    if (!this.ready || !this.face) {
      this.runs.discard();
      return;
    }
    this.events.busy(true);
    this.runs.submit(this.face);
  }

  private async run(face: Subject): Promise<void> {
    const { attributes, conflicts, imageSize, needsSource } = this.model;
    const { values: asked, source: seen } = this;
    const difference = editDifference(asked, attributes, conflicts, seen, needsSource);
    const source = this.presentAttributes();
    try {
      const input = face.input(imageSize);
      const { values, milliseconds } = await this.runner.edit(input, difference, source);
      const edited = this.image(values);
      const changes = difference.some((value) => value !== 0);
      const unedited = changes ? await this.unedited(face, input, source) : edited;
      if (face !== this.face) return;
      const shown = await face.shown({ edited, unedited });
      if (face === this.face) this.events.edited(shown, milliseconds);
    } catch (error) {
      if (this.ready) this.events.failed(error);
    } finally {
      if (this.ready && !this.runs.behind) this.events.busy(false);
    }
  }

  private async unedited(
    face: Subject,
    input: Float32Array<ArrayBuffer>,
    source: Float32Array<ArrayBuffer> | null,
  ): Promise<RgbImage> {
    const key = String(source);
    const kept = this.reconstruction;
    if (kept && kept.face === face && kept.source === key) return kept.image;
    const nothing = new Float32Array(this.model.attributes.length);
    const image = this.image((await this.runner.edit(input, nothing, source)).values);
    this.reconstruction = { face, source: key, image };
    return image;
  }

  private image(values: Float32Array): RgbImage {
    const { imageSize } = this.model;
    return { width: imageSize, height: imageSize, data: bytesFromFloats(values) };
  }
}
