/**
 * What a model is given for an edit: the twin of stgan_tf/edits.py, which says why. The unit tests
 * compare both (test/fixtures/edit-vector.json).
 */
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

/** For each attribute how far it is taken away from faces that have it, since an added one excludes it. */
export function excludedStrengths(
  values: Float32Array,
  attributes: readonly string[],
  conflicts: Conflicts,
): number[] {
  return attributes.map((name, index) => {
    if (values[index] !== 0) return 0; // something is asked of it
    const added = attributes.map((other, by) =>
      conflicts[other]?.includes(name) ? Math.min(1, values[by]!) : 0,
    );
    return Math.max(0, ...added);
  });
}

/**
 * `attribute_difference` for sliders at `values`; `source` is 1 where the face has an attribute, 0
 * where it has not, NaN where nobody knows.
 *
 * A model of the difference label is given what is asked; for one that is given targets
 * (`needsSource`), adding what the face has already, or removing what it has not, is no change.
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

/** Which attributes of a face make a difference to some edit of it. */
export function attributesThatMatter(model: ModelDescription): boolean[] {
  const excluded = new Set(Object.values(model.conflicts).flat());
  return model.attributes.map((name) => model.needsSource || excluded.has(name));
}
