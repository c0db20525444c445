/** Slider positions -> the vector that the model takes; conflicts between attributes. */
import type { ModelDescription } from './description';

type Conflicts = ModelDescription['conflicts'];
type Vector = Float32Array<ArrayBuffer>;

/**
 * Sets attribute `index` to `value`. An added attribute switches back what it excludes, where that
 * is being added too: one hair colour, bangs or bald. Returns what changed besides.
 */
export function setValue(
  values: Float32Array,
  attributes: readonly string[],
  conflicts: Conflicts,
  index: number,
  value: number,
): number[] {
  values[index] = value;
  if (value <= 0) return [];
  const excluded = conflicts[attributes[index]!] ?? [];
  const switched = attributes
    .map((name, other) => (excluded.includes(name) && values[other]! > 0 ? other : -1))
    .filter((other) => other >= 0);
  for (const other of switched) values[other] = 0;
  return switched;
}

/**
 * `attribute_difference`, target - source times the strength.
 *
 * A model of the difference label is given the sliders as they are. One that is given targets
 * needs the face's own attributes (`source`, 0 or 1): adding what the face has already, or removing
 * what it has not, is no change, and an added attribute takes away what it excludes.
 */
export function attributeDifference(
  values: Float32Array,
  attributes: readonly string[],
  conflicts: Conflicts,
  source: Float32Array | null,
): Vector {
  const difference = new Float32Array(values) as Vector;
  if (!source) return difference;
  const excluded = new Set(
    attributes.flatMap((name, index) => (values[index]! > 0 ? (conflicts[name] ?? []) : [])),
  );
  for (const [index, name] of attributes.entries()) {
    const present = source[index]!;
    const value = values[index]!;
    difference[index] = value > 0 ? value * (1 - present) : value * present;
    if (excluded.has(name) && value <= 0) {
      // What is removed by a slider keeps its strength, the rest goes away at strength 1.
      difference[index] = value < 0 ? difference[index] : -present;
    }
  }
  return difference.map((value) => value + 0) as Vector; // no -0
}
