/** The choice of the page's language in the settings. */
import { type Language, LANGUAGES } from '../texts/language';
import { LANGUAGE } from '../texts/texts';
import { byId, make } from './dom';
import { remember } from './memory';

export function offerLanguages(): void {
  const chips = (Object.keys(LANGUAGES) as Language[]).map((tag) => {
    const input = make('input', { type: 'radio', name: 'language', value: tag });
    input.checked = tag === LANGUAGE;
    input.addEventListener('change', () => {
      remember('language', tag);
      location.reload();
    });
    const name = make('span', { lang: tag, textContent: LANGUAGES[tag].name });
    return make('label', { className: 'chip' }, input, name);
  });
  byId('languages').replaceChildren(...chips);
}
