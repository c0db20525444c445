import { describe, expect, it } from 'vitest';

import { CHINESE } from '../src/texts/chinese';
import { ENGLISH } from '../src/texts/english';
import { languageOf } from '../src/texts/language';

describe('languageOf', () => {
  it.each([
    [null, ['en-GB', 'zh-CN'], 'en'],
    [null, ['zh-CN', 'en'], 'zh-Hans'],
    [null, ['fr', 'zh-Hant-TW'], 'zh-Hans'],
    [null, ['de-DE', 'fr'], 'en'],
    [null, [], 'en'],
    ['zh-Hans', ['en'], 'zh-Hans'],
    ['en', ['zh'], 'en'],
    ['xx', ['zh'], 'zh-Hans'],
  ] as const)('%s with %j speaks %s', (chosen, preferred, expected) => {
    expect(languageOf(chosen, preferred)).toBe(expected);
  });
});

describe('the Chinese table', () => {
  it('has each text, of the same kind and with each of its values', () => {
    for (const [key, english] of Object.entries(ENGLISH)) {
      const chinese = (CHINESE as Record<string, unknown>)[key];
      expect(typeof chinese, key).toBe(typeof english);
      if (typeof english === 'function') {
        const say = (text: unknown) => (text as (...values: unknown[]) => string)(7, 8, 9, 6);
        for (let value = 6; value <= 9; value++) {
          if (say(english).includes(String(value))) expect(say(chinese), key).toContain(String(value));
        }
        expect(say(chinese), key).toMatch(/\p{Script=Han}|^\d+\/\d+$/u);
      } else if (typeof english === 'string' && key !== 'direction' && key !== 'listSeparator') {
        expect(chinese, key).toMatch(/\p{Script=Han}/u);
      }
    }
  });
});
