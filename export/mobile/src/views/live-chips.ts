/** A chip per attribute under the camera picture. */
import { attributeLabel } from '../model/attribute-label';
import { byId, make } from './dom';

export class LiveChips {
  private readonly group = byId('live-edits');
  private chips: HTMLButtonElement[] = [];

  build(attributes: readonly string[], toggle: (index: number) => void): void {
    this.chips = attributes.map((name, index) => {
      const label = attributeLabel(name);
      const chip = make('button', { type: 'button', className: 'preset', textContent: label });
      chip.dataset['live'] = name;
      chip.addEventListener('click', () => toggle(index));
      return chip;
    });
    this.group.replaceChildren(...this.chips);
    this.group.hidden = attributes.length === 0;
    this.mark(undefined);
  }

  /** Undefined: nothing is changed. */
  mark(values: Float32Array | undefined): void {
    for (const [index, chip] of this.chips.entries()) {
      chip.setAttribute('aria-pressed', String((values?.[index] ?? 0) !== 0));
    }
  }
}
