import { describe, expect, it } from 'vitest';

import { attributeDifference, setValue } from '../src/model/edit-vector';

const ATTRIBUTES = ['Bald', 'Bangs', 'Black_Hair', 'Blond_Hair', 'Eyeglasses'];
const CONFLICTS = {
  Bald: ['Bangs'],
  Bangs: ['Bald'],
  Black_Hair: ['Blond_Hair'],
  Blond_Hair: ['Black_Hair'],
};
const set = (values: Float32Array, index: number, value: number) =>
  setValue(values, ATTRIBUTES, CONFLICTS, index, value);
const difference = (values: number[], source: number[] | null) =>
  Array.from(
    attributeDifference(
      Float32Array.from(values),
      ATTRIBUTES,
      CONFLICTS,
      source && Float32Array.from(source),
    ),
  );

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

describe('attributeDifference', () => {
  it('is the sliders for a model of the difference label', () => {
    expect(difference([0, -1, 0, 1.5, 0.25], null)).toEqual([0, -1, 0, 1.5, 0.25]);
  });

  it('is target - source times the strength for a model that is given targets', () => {
    // As stgan_tf.editing.requests.targets and LabelRule compute it.
    expect(difference([0, -1, 0, 0, 1.5], [0, 1, 1, 0, 0])).toEqual([0, -1, 0, 0, 1.5]);
  });

  it('adds nothing that is there and removes nothing that is not', () => {
    expect(difference([0, -1, 0, 0, 1], [0, 0, 1, 0, 1])).toEqual([0, 0, 0, 0, 0]);
  });

  it('takes away what an added attribute excludes', () => {
    expect(difference([1.5, 0, 0, 0.5, 0], [0, 1, 1, 0, 0])).toEqual([1.5, -1, -1, 0.5, 0]);
  });

  it('keeps the strength of what a slider removes', () => {
    expect(difference([0, 0, -1.5, 0.5, 0], [0, 0, 1, 0, 0])).toEqual([0, 0, -1.5, 0.5, 0]);
  });
});
