/** What "to winter" means; must match stgan_tf/translations.py. */
import type { ModelDescription } from './description';
import { texts } from '../texts/texts';

type Domains = Pick<ModelDescription, 'domains' | 'attributes'>;

/** A domain that the user can choose. */
export interface Target {
  readonly label: string;
  /** The target domain; null if its name was not recorded. */
  readonly domain: string | null;
  /** The attribute that it changes, by adding (sign 1) or removing (sign -1) it. */
  readonly attribute: number;
  readonly sign: 1 | -1;
}

/** Domains are named after users' folders: only underscores are replaced by spaces. */
export const domainLabel = (name: string): string => name.replaceAll('_', ' ').trim() || name;

/** The domains that the model can translate to, in model.json's order. */
export function targetsOf({ domains, attributes }: Domains): Target[] {
  const to = (domain: string, attribute: number, sign: 1 | -1): Target => ({
    label: texts.toDomain(domainLabel(domain)),
    domain,
    attribute,
    sign,
  });
  if (domains.length > 2) return attributes.map((name, index) => to(name, index, 1));
  const found = domains.map((name) =>
    attributes.includes(name) ? to(name, attributes.indexOf(name), 1) : to(name, 0, -1),
  );
  // Earlier versions recorded the name of only one of two domains.
  return domains.length === 1
    ? [...found, { label: texts.fromDomain(domainLabel(domains[0]!)), domain: null, attribute: 0, sign: -1 }]
    : found;
}

/** Whether a picture's domain must be known; with two domains it follows from the target. */
export const needsDomain = (model: Domains): boolean => model.domains.length > 2;

/** The slider values for a target domain. */
export function valuesTowards(
  target: Target | null,
  intensity: number,
  { attributes }: Domains,
): Float32Array {
  const values = new Float32Array(attributes.length);
  if (target) values[target.attribute] = target.sign * intensity;
  return values;
}

/** A picture's source attributes: from its domain or, with two domains, from the target. */
export function sourceOf(target: Target | null, from: string | null, model: Domains): Float32Array {
  const { attributes } = model;
  if (!needsDomain(model)) {
    if (!target) return new Float32Array(attributes.length).fill(Number.NaN);
    return Float32Array.from(attributes, () => Number(target.sign === -1));
  }
  if (from === null) return new Float32Array(attributes.length).fill(Number.NaN);
  return Float32Array.from(attributes, (name) => Number(name === from));
}

/** The domain that a classifier finds most likely. */
export function likeliest(probabilities: ArrayLike<number>, attributes: readonly string[]): string {
  let best = 0;
  for (let i = 1; i < attributes.length; i++) if (probabilities[i]! > probabilities[best]!) best = i;
  return attributes[best]!;
}
