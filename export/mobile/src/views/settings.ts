/** The model dialog: precision, accelerator, facts. */
import type { ModelFile } from '../model/description';
import { precisionLabel, sizeLabel } from '../model/precision';
import type { AcceleratorWish } from '../runtime/protocol';
import { byId, make } from './dom';
import { texts } from '../texts/texts';

export interface SettingsEvents {
  readonly precision: (file: ModelFile) => void;
  readonly accelerator: (wish: AcceleratorWish) => void;
}

export class Settings {
  private readonly dialog = byId<HTMLDialogElement>('settings');

  constructor(private readonly events: SettingsEvents) {
    byId('status').addEventListener('click', () => this.dialog.showModal());
    byId('settings-close').addEventListener('click', () => this.dialog.close());
    // A click outside the sheet closes it.
    this.dialog.addEventListener('click', (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    for (const input of this.accelerators()) {
      input.addEventListener('change', () => events.accelerator(input.value as AcceleratorWish));
    }
  }

  showFiles(files: readonly ModelFile[]): void {
    const options = files.map((file) => {
      const input = make('input', { type: 'radio', name: 'precision', value: file.precision });
      input.addEventListener('change', () => this.events.precision(file));
      const parts = [sizeLabel(file.bytes)];
      if (file.psnr !== null) parts.push(texts.decibels(file.psnr.toFixed(1)));
      const text = make(
        'span',
        {},
        make('strong', { textContent: precisionLabel(file.precision) }),
        make('small', { textContent: parts.join(' · ') }),
      );
      return make('label', { className: 'option' }, input, text);
    });
    byId('precisions').replaceChildren(...options);
  }

  mark(precision: string, wish: AcceleratorWish): void {
    const precisions = this.dialog.querySelectorAll<HTMLInputElement>('input[name="precision"]');
    for (const input of precisions) input.checked = input.value === precision;
    for (const input of this.accelerators()) input.checked = input.value === wish;
  }

  showFacts(facts: readonly (readonly [string, string])[]): void {
    const rows = facts.flatMap(([name, value]) => [
      make('dt', { textContent: name }),
      make('dd', { textContent: value }),
    ]);
    byId('facts').replaceChildren(...rows);
  }

  private accelerators(): NodeListOf<HTMLInputElement> {
    return this.dialog.querySelectorAll<HTMLInputElement>('input[name="accelerator"]');
  }
}
