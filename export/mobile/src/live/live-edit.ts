/** Which attributes are changed on the camera picture. */
import type { Editing } from '../editing';
import type { ModelDescription } from '../model/description';
import { setValue } from '../model/edit-vector';
import type { Strengths } from '../model/strengths';
import type { ModelEdit } from '../subject';

export class LiveEdit {
  values: Float32Array;

  constructor(
    readonly model: ModelDescription,
    private readonly editing: Editing,
    private readonly strengths: Strengths,
  ) {
    this.values = new Float32Array(model.attributes.length);
  }

  get isEdit(): boolean {
    return this.values.some((value) => value !== 0);
  }

  /** Changes an attribute as strongly as last time, or no longer. */
  toggle(index: number): void {
    const { attributes, conflicts } = this.model;
    const strength = this.values[index] === 0 ? this.strengths.of(attributes[index]!) : 0;
    setValue(this.values, attributes, conflicts, index, strength);
  }

  /** What the model makes of a face. */
  readonly run = (input: Float32Array<ArrayBuffer>): Promise<ModelEdit> =>
    this.editing.once(input, this.values);

  /** The values, which start at nothing again; null if nothing was changed. */
  take(): Float32Array | null {
    const values = this.isEdit ? this.values : null;
    this.values = new Float32Array(this.values.length);
    return values;
  }
}
