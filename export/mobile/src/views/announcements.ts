/** Says to screen readers what has changed. */
import { byId } from './dom';

export function announce(text: string): void {
  byId('announcement').textContent = text;
}
