import { describe, expect, it } from 'vitest';

import fixture from './fixtures/edit-vector.json';
import { attributesThatMatter, editDifference, setValue } from '../src/model/edit-vector';
import type { ModelDescription } from '../src/model/description';

const ATTRIBUTES = ['Bald', 'Bangs', 'Black_Hair', 'Blond_Hair', 'Eyeglasses'];
const CONFLICTS = {
  Bald: ['Bangs'],
  Bangs: ['Bald'],
  Black_Hair: ['Blond_Hair'],
  Blond_Hair: ['Black_Hair'],
};
const set = (values: Float32Array, index: number, value: number) =>
  setValue(values, ATTRIBUTES, CONFLICTS, index, value);

describe('setValue', () => {
  it('switches back what an added attribute excludes', () => {
    const values = Float32Array.of(0, 0, 1, 0, 0.5);
    expect(set(values, 3, 0.25)).toEqual([2]);
    expect(Array.from(values)).toEqual([0, 0, 0, 0.25, 0.5]);
  });

  it('leaves removals alone: black hair may go while blond comes', () => {
    const values = Float32Array.of(0, 0, -1, 0, 0);
    expect(set(values, 3, 1)).toEqual([]);
    expect(Array.from(values)).toEqual([0, 0, -1, 1, 0]);
  });

  it('switches nothing when an attribute is removed', () => {
    const values = Float32Array.of(1, 0, 0, 0, 0);
    expect(set(values, 1, -1)).toEqual([]);
    expect(Array.from(values)).toEqual([1, -1, 0, 0, 0]);
  });
});

describe('editDifference', () => {
  for (const { attributes, conflicts, cases } of fixture.models) {
    it(`is what Python gives a model of ${attributes.length} attributes`, () => {
      expect(cases.length).toBeGreaterThan(100);
      for (const { edits, source, needs_source: needsSource, difference } of cases) {
        const asked: Record<string, number | undefined> = edits;
        const given: Record<string, number | undefined> = difference;
        const values = Float32Array.from(attributes, (name) => asked[name] ?? 0);
        const seen = [...source].map((has) => (has === '?' ? Number.NaN : Number(has)));
        const found = editDifference(values, attributes, conflicts, seen, needsSource);
        const text = JSON.stringify({ edits, source, needsSource });
        const wrong = attributes.filter(
          (name, index) => !(Math.abs(found[index]! - (given[name] ?? 0)) < 1e-6),
        );
        expect(wrong, text).toEqual([]);
        expect(found.some((value) => Object.is(value, -0))).toBe(false);
      }
    });
  }

  it('takes black hair away from a face that has it when blond is added', () => {
    const values = Float32Array.of(0, 0, 0, 1.5, 0);
    const given = (source: number[]) => [
      ...editDifference(values, ATTRIBUTES, CONFLICTS, source, false),
    ];
    expect(given([0, 1, 1, 0, 0])).toEqual([0, 0, -1, 1.5, 0]);
    expect(given([0, 1, 0, 0, 0])).toEqual([0, 0, 0, 1.5, 0]);
    expect(given(ATTRIBUTES.map(() => Number.NaN))).toEqual([0, 0, 0, 1.5, 0]);
  });
});

describe('attributesThatMatter', () => {
  const model = (needsSource: boolean) =>
    ({ attributes: ATTRIBUTES, conflicts: CONFLICTS, needsSource }) as unknown as ModelDescription;

  it('are those that an edit may exclude, or all where targets are given', () => {
    expect(attributesThatMatter(model(false))).toEqual([true, true, true, true, false]);
    expect(attributesThatMatter(model(true))).toEqual([true, true, true, true, true]);
  });
});
