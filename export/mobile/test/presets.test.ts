import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isPreset, presetsFor, presetValues } from '../src/model/presets';
import { Strengths } from '../src/model/strengths';
import { texts } from '../src/texts/texts';

const ATTRIBUTES = ['Bangs', 'Blond_Hair', 'Eyeglasses', 'Young'];

beforeEach(() => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('presetsFor', () => {
  it('offers only what the model can do', () => {
    const names = presetsFor(ATTRIBUTES).map(({ name }) => name);
    expect(names).toEqual(['presetYounger', 'presetOlder', 'presetBlondGlasses']);
    expect(presetsFor([])).toEqual([]);
    for (const { name } of presetsFor(ATTRIBUTES)) expect(texts[name]).toBeTruthy();
  });
});

describe('a preset', () => {
  const [, older, blond] = presetsFor(ATTRIBUTES);

  it('is made at the usual strengths, in its own direction', () => {
    const strengths = new Strengths(1, 1.5);
    strengths.keep('Young', 0.4);
    strengths.keep('Eyeglasses', -1.2);
    const of = (name: string): number => strengths.of(name);
    expect([...presetValues(older!, ATTRIBUTES, of)]).toEqual([0, 0, 0, Math.fround(-0.4)]);
    expect([...presetValues(blond!, ATTRIBUTES, of)]).toEqual([0, 1, Math.fround(1.2), 0]);
  });

  it('is recognised at any strength, but not with other edits', () => {
    expect(isPreset(blond!, ATTRIBUTES, Float32Array.of(0, 0.2, 1.5, 0))).toBe(true);
    expect(isPreset(blond!, ATTRIBUTES, Float32Array.of(0, 0.2, 0, 0))).toBe(false);
    expect(isPreset(blond!, ATTRIBUTES, Float32Array.of(0, 0.2, 1, -1))).toBe(false);
    expect(isPreset(older!, ATTRIBUTES, Float32Array.of(0, 0, 0, 1))).toBe(false);
  });
});

describe('Strengths', () => {
  it('starts with the trained intensity and keeps what was used last', () => {
    const strengths = new Strengths(1, 1.5);
    expect(strengths.of('Young')).toBe(1);
    strengths.keep('Young', -0.35);
    strengths.keep('Young', 0);
    expect(new Strengths(1, 1.5).of('Young')).toBe(-0.35);
    expect(new Strengths(1, 0.2).of('Young')).toBe(-0.2);
    localStorage.setItem('stgan strength Young', 'nonsense');
    expect(strengths.of('Young')).toBe(1);
  });
});
