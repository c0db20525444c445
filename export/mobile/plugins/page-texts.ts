/** Build step: English texts in index.html, so that it can be read before its script runs. */
import type { Plugin } from 'vite';

import { ENGLISH } from '../src/texts/english.ts';

export function pageTexts(): Plugin {
  return { name: 'stgan-page-texts', transformIndexHtml: filled };
}

/** Fills elements with data-text, and adds aria-label to those with data-label. */
export function filled(html: string): string {
  return html
    .replace(/data-text="(\w+)">/g, (match, key: string) => match + escaped(text(key)))
    .replace(/data-label="(\w+)"/g, (match, key: string) => `${match} aria-label="${escaped(text(key))}"`);
}

function text(key: string): string {
  const found: unknown = (ENGLISH as Record<string, unknown>)[key];
  if (typeof found !== 'string') throw new Error(`index.html asks for a text that is not there: ${key}.`);
  return found;
}

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
