/** Fills index.html, which has English texts from the build, in the page's language. */
import type { Texts } from './english';
import { LANGUAGE, texts } from './texts';

export function fillPage(): void {
  document.documentElement.lang = LANGUAGE;
  document.documentElement.dir = texts.direction;
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = text(element.dataset['text']);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', text(element.dataset['label']));
  }
}

function text(key: string | undefined): string {
  const found = texts[key as keyof Texts];
  if (typeof found !== 'string') throw new Error(`index.html asks for a text that is not there: ${key}.`);
  return found;
}
