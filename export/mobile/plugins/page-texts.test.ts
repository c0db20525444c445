import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { filled } from './page-texts.ts';

describe('filled', () => {
  it('adds texts and labels', () => {
    expect(filled('<p data-text="save"></p><i data-label="undo">')).toBe(
      '<p data-text="save">Save</p><i data-label="undo" aria-label="Undo">',
    );
  });

  it('names a text that is not there', () => {
    expect(() => filled('<p data-text="nonsense"></p>')).toThrow(/nonsense/);
  });

  it('finds every text of the page, which has no others but proper names', () => {
    const page = readFileSync(join(import.meta.dirname, '../index.html'), 'utf8');
    expect(filled(page)).toContain('>Photo editor</h1>');
    const body = page.slice(page.indexOf('<body>')).replace(/<svg class="symbols"[\s\S]*?<\/svg>/, '');
    const texts = [...body.matchAll(/>([^<]*[A-Za-z][^<]*)</g)].map((match) => match[1]!.trim());
    expect(new Set(texts)).toEqual(new Set(['JPEG', 'PNG', 'WebGPU', 'WebAssembly']));
    expect(body).not.toMatch(/\saria-label="/);
  });
});
