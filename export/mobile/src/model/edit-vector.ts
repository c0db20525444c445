/**
 * A model's input vector for an edit; must match stgan_tf/edits.py, which explains the rule. The unit
 * tests compare both (test/fixtures/edit-vector.json).
 */
import type { ModelDescription } from './description';

type Conflicts = ModelDescription['conflicts'];
type Vector = Float32Array<ArrayBuffer>;

/**
 * Sets attribute `index` to `value`. Adding an attribute switches off those it excludes, if they are
 * being added too: one hair colour, bangs or bald. Returns the attributes that were switched off.
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

/** How strongly each attribute is removed from faces that have it, because an added one excludes it. */
export function excludedStrengths(
  values: Float32Array,
  attributes: readonly string[],
  conflicts: Conflicts,
): number[] {
  return attributes.map((name, index) => {
    if (values[index] !== 0) return 0; // it is requested itself
    const added = attributes.map((other, by) =>
      conflicts[other]?.includes(name) ? Math.min(1, values[by]!) : 0,
    );
    return Math.max(0, ...added);
  });
}

/**
 * `attribute_difference` for sliders at `values`; `source` is 1 if the face has the attribute, 0 if
 * it does not, NaN if unknown.
 *
 * Difference models get the requested change as it is; for target models (`needsSource`), adding an
 * attribute the face already has, or removing one it does not have, changes nothing.
 */
export function editDifference(
  values: Float32Array,
  attributes: readonly string[],
  conflicts: Conflicts,
  source: ArrayLike<number>,
  needsSource: boolean,
): Vector {
  const excluded = excludedStrengths(values, attributes, conflicts);
  return Float32Array.from(attributes, (_, index) => {
    const has = source[index] === 1 ? 1 : 0;
    const value = values[index]!;
    if (value === 0) return 0 - excluded[index]! * has + 0; // no -0
    if (!needsSource) return value;
    return value * (value > 0 ? 1 - has : has) + 0;
  }) as Vector;
}

/** Which of a face's attributes can affect an edit of it. */
export function attributesThatMatter(model: ModelDescription): boolean[] {
  const excluded = new Set(Object.values(model.conflicts).flat());
  return model.attributes.map((name) => model.needsSource || excluded.has(name));
}
