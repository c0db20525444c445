/** Combinations of edits that go together, offered if the model has all of their attributes. */
import type { Texts } from '../texts/english';

export interface Preset {
  /** Key of its name among the texts. */
  readonly name: Extract<keyof Texts, `preset${string}`>;
  /** 1 adds the attribute, -1 removes it. */
  readonly edits: Readonly<Record<string, 1 | -1>>;
}

const PRESETS: readonly Preset[] = [
  { name: 'presetYounger', edits: { Young: 1 } },
  { name: 'presetOlder', edits: { Young: -1 } },
  { name: 'presetBlondGlasses', edits: { Blond_Hair: 1, Eyeglasses: 1 } },
  { name: 'presetDarkBangs', edits: { Black_Hair: 1, Bangs: 1 } },
  { name: 'presetMoustache', edits: { Mustache: 1, Bushy_Eyebrows: 1 } },
  { name: 'presetBaldGlasses', edits: { Bald: 1, Eyeglasses: 1 } },
  { name: 'presetSmile', edits: { Smiling: 1, Mouth_Slightly_Open: 1 } },
  { name: 'presetMadeUp', edits: { Heavy_Makeup: 1, Wearing_Lipstick: 1, Rosy_Cheeks: 1 } },
];

export function presetsFor(attributes: readonly string[]): Preset[] {
  return PRESETS.filter(({ edits }) => Object.keys(edits).every((name) => attributes.includes(name)));
}

/** Slider values of a preset; `strength` is what an attribute is usually given. */
export function presetValues(
  { edits }: Preset,
  attributes: readonly string[],
  strength: (attribute: string) => number,
): Float32Array {
  return Float32Array.from(attributes, (name) => (edits[name] ?? 0) * Math.abs(strength(name)));
}

/** Whether the values ask for the preset's edits, however strong, and for nothing else. */
export function isPreset({ edits }: Preset, attributes: readonly string[], values: Float32Array): boolean {
  return attributes.every((name, index) => Math.sign(values[index]!) === (edits[name] ?? 0));
}
