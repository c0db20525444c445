import { describe, expect, it } from 'vitest';

import {
  domainLabel,
  likeliest,
  needsDomain,
  sourceOf,
  targetsOf,
  valuesTowards,
} from '../src/model/domains';
import { editDifference } from '../src/model/edit-vector';

const TWO = { domains: ['summer', 'winter'], attributes: ['winter'] };
const THREE = {
  domains: ['autumn', 'summer', 'winter'],
  attributes: ['autumn', 'summer', 'winter'],
};
const EXCLUSIVE = Object.fromEntries(
  THREE.domains.map((name) => [name, THREE.domains.filter((other) => other !== name)]),
);

describe('two domains', () => {
  const [summer, winter] = targetsOf(TWO);

  it('are two directions of one attribute', () => {
    expect([summer!.label, winter!.label]).toEqual(['To summer', 'To winter']);
    expect([...valuesTowards(winter!, 1.25, TWO)]).toEqual([1.25]);
    expect([...valuesTowards(summer!, 1.25, TWO)]).toEqual([-1.25]);
    expect([...valuesTowards(null, 1.25, TWO)]).toEqual([0]);
  });

  it('tell what the picture is of: the other one', () => {
    expect(needsDomain(TWO)).toBe(false);
    expect([...sourceOf(winter!, null, TWO)]).toEqual([0]);
    expect([...sourceOf(summer!, null, TWO)]).toEqual([1]);
    expect([...sourceOf(null, null, TWO)]).toEqual([NaN]);
  });

  it('of which one name was recorded lead to it and from it', () => {
    const labels = targetsOf({ domains: ['winter'], attributes: ['winter'] }).map(
      ({ label, sign }) => [label, sign],
    );
    expect(labels).toEqual([['To winter', 1], ['From winter', -1]]);
  });
});

describe('several domains', () => {
  it('have an attribute each, which takes away the one that the picture is of', () => {
    const targets = targetsOf(THREE);
    expect(targets.map(({ domain }) => domain)).toEqual(THREE.domains);
    expect(needsDomain(THREE)).toBe(true);
    const values = valuesTowards(targets[2]!, 1.5, THREE);
    const source = sourceOf(targets[2]!, 'summer', THREE);
    expect([...source]).toEqual([0, 1, 0]);
    const given = (needsSource: boolean) => [
      ...editDifference(values, THREE.attributes, EXCLUSIVE, source, needsSource),
    ];
    expect(given(false)).toEqual([0, -1, 1.5]);
    expect(given(true)).toEqual([0, -1, 1.5]);
  });

  it('offer only those that the model was trained to make', () => {
    const some = { domains: THREE.domains, attributes: ['summer', 'winter'] };
    expect(targetsOf(some).map(({ label }) => label)).toEqual(['To summer', 'To winter']);
    expect([...sourceOf(null, 'autumn', some)]).toEqual([0, 0]);
  });

  it('are not known of a picture before somebody says so', () => {
    expect([...sourceOf(null, null, THREE)]).toEqual([NaN, NaN, NaN]);
  });

  it('are seen by a classifier as the likeliest one', () => {
    expect(likeliest([0.2, 0.9, 0.4], THREE.attributes)).toBe('summer');
    expect(likeliest(Float32Array.of(0.01, 0.02, 0.02), THREE.attributes)).toBe('summer');
  });
});

describe('domainLabel', () => {
  it('keeps the names of folders but for underscores', () => {
    expect(domainLabel('early_Autumn')).toBe('early Autumn');
    expect(domainLabel('_')).toBe('_');
    expect(domainLabel('<b>')).toBe('<b>');
  });
});
