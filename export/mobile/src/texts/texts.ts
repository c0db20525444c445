/** The page's texts in the language chosen in the settings, otherwise in the browser's. */
import { remembered } from '../views/memory';
import type { Texts } from './english';
import { languageOf, LANGUAGES } from './language';

export const LANGUAGE = languageOf(remembered('language'), globalThis.navigator?.languages ?? []);
export const texts: Texts = LANGUAGES[LANGUAGE].texts;
