/** CelebA's attribute names in plain words. */
import { texts } from '../texts/texts';

export function attributeLabel(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return texts.attributes[name] ?? words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** What a slider's value means, for screen readers. */
export function valueText(value: number): string {
  if (value === 0) return texts.unchanged;
  const strength = Math.abs(value).toFixed(2);
  return value > 0 ? texts.addStrength(strength) : texts.removeStrength(strength);
}

/** A slider's value with its sign; a real minus sign is as wide as a plus. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
}
