/** Which language the page speaks. */
import { CHINESE } from './chinese';
import { ENGLISH, type Texts } from './english';

/** By BCP 47 tag, with its own name for itself. */
export const LANGUAGES = {
  en: { name: 'English', texts: ENGLISH as Texts },
  'zh-Hans': { name: '简体中文', texts: CHINESE },
} as const;

export type Language = keyof typeof LANGUAGES;

/** The chosen language; otherwise the first preferred one that the page speaks, or English. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  const exact = known.find((tag) => tag === chosen);
  if (exact) return exact;
  const primary = (tag: string): string => tag.split('-')[0]!.toLowerCase();
  for (const wish of preferred) {
    const spoken = known.find((tag) => primary(tag) === primary(wish));
    if (spoken) return spoken;
  }
  return 'en';
}
