/** The dialog for saving: the format, its quality, and what is saved. */
import type { FileFormat } from '../imaging/written-picture';
import type { FullSizeOutput } from '../subject';
import { byId } from './dom';
import { remembered, remember } from './memory';
import { texts } from '../texts/texts';

const QUALITY = 92;

export class Saving {
  private readonly dialog = byId<HTMLDialogElement>('saving');
  private readonly slider = byId<HTMLInputElement>('quality');
  private onSave: () => void = () => undefined;

  constructor() {
    this.slider.value = String(Number(remembered('quality')) || QUALITY);
    byId('saving-close').addEventListener('click', () => this.dialog.close());
    byId('saving-done').addEventListener('click', () => {
      this.dialog.close();
      remember('format', this.chosen());
      remember('quality', this.slider.value);
      this.onSave();
    });
    // A click outside the sheet closes it.
    this.dialog.addEventListener('click', (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.slider.addEventListener('input', () => this.show());
    for (const input of this.inputs()) input.addEventListener('change', () => this.show());
  }

  open({ width, height, type }: FullSizeOutput, onSave: () => void): void {
    this.onSave = onSave;
    byId('saving-size').textContent = texts.savingSize(width, height);
    this.choose(type);
    this.dialog.showModal();
  }

  /** The format saved last; before that, the picture's own. */
  format(type: FileFormat['type']): FileFormat {
    this.choose(type);
    return { type: this.chosen(), quality: this.slider.valueAsNumber / 100 };
  }

  private choose(type: FileFormat['type']): void {
    const wanted = remembered('format') ?? type;
    const inputs = this.inputs();
    const known = inputs.some((input) => input.value === wanted);
    for (const input of inputs) input.checked = input.value === (known ? wanted : type);
    this.show();
  }

  private show(): void {
    const { slider } = this;
    byId('quality-row').hidden = this.chosen() !== 'image/jpeg';
    const [least, most] = [Number(slider.min), Number(slider.max)];
    const share = (slider.valueAsNumber - least) / (most - least);
    slider.style.setProperty('--amount', String(share));
    slider.parentElement!.classList.add('changed');
    byId('quality-value').textContent = slider.value;
  }

  private chosen(): FileFormat['type'] {
    const png = this.inputs().some((input) => input.checked && input.value === 'image/png');
    return png ? 'image/png' : 'image/jpeg';
  }

  private inputs(): HTMLInputElement[] {
    return [...this.dialog.querySelectorAll<HTMLInputElement>('input[name="format"]')];
  }
}
