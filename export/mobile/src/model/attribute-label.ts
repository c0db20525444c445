/** CelebA's attribute names in plain words. */
const SPECIAL: Readonly<Record<string, string>> = {
  '5_o_Clock_Shadow': '5 o’clock shadow',
  Mouth_Slightly_Open: 'Mouth open',
};

export function attributeLabel(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return SPECIAL[name] ?? words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** What a slider's value means, for screen readers. */
export function valueText(value: number): string {
  if (value === 0) return 'unchanged';
  return `${value > 0 ? 'add' : 'remove'}, strength ${Math.abs(value).toFixed(2)}`;
}

/** A slider's value with its sign; a real minus sign is as wide as a plus. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
}
