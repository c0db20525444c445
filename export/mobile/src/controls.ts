/** What a model's edits are chosen with: sliders for attributes, or target domains. */
import type { Subject } from './subject';

/** Whether a classifier can say what a picture shows. */
export type ClassifierState = 'none' | 'loading' | 'loaded';

export interface Controls {
  /** Whether a model is loaded. */
  enabled: boolean;
  /** Shows the edit of a picture, `another` than before or the same one framed differently. */
  follow(subject: Subject, another: boolean): void;
  /** Finds what the picture has: known for drawn ones, otherwise predicted or chosen by the user. */
  look(subject: Subject): Promise<void>;
  /** The next picture starts with this edit, slider values; null: unedited. */
  carry?(values: Float32Array | null): void;
  /** For another model. */
  dispose(): void;
}

/** What the classifier makes of a picture. */
export interface Classifier {
  readonly state: ClassifierState;
  probabilities(subject: Subject): Promise<Float32Array>;
}
