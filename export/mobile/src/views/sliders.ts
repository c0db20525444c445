/** One slider per attribute. */
import { attributeLabel, signed, valueText } from '../model/attribute-label';
import { byId, make } from './dom';
import { texts } from '../texts/texts';

const STEP = 0.05;

interface Row {
  readonly input: HTMLInputElement;
  readonly value: HTMLButtonElement;
}

export class Sliders {
  private rows: Row[] = [];

  constructor(
    private readonly onChange: (index: number, value: number) => void,
    onReset: () => void,
  ) {
    byId('reset-text').textContent = texts.resetAll;
    byId('reset').onclick = onReset;
  }

  /** Sliders from -largest to largest with marks at the trained intensity. */
  build(attributes: readonly string[], largest: number, trained: number): void {
    this.rows = attributes.map((name, index) => this.row(name, index, largest, trained));
    byId('sliders').replaceChildren(...this.rows.map(({ input }) => input.parentElement!));
  }

  /** Shows the values without asking for an edit. */
  show(values: Float32Array): void {
    for (const [index, row] of this.rows.entries()) showValue(row, values[index] ?? 0);
    byId<HTMLButtonElement>('reset').disabled = values.every((value) => value === 0);
  }

  set enabled(enabled: boolean) {
    for (const { input } of this.rows) input.disabled = !enabled;
  }

  private row(name: string, index: number, largest: number, trained: number): Row {
    const id = `attribute-${index}`;
    const input = make('input', { type: 'range', id, className: 'slider', disabled: true });
    input.min = String(-largest);
    input.max = String(largest);
    input.step = String(STEP);
    input.value = '0';
    input.dataset['attribute'] = name;
    input.style.setProperty('--mark', String(trained / largest));
    const label = make('label', { htmlFor: id, textContent: attributeLabel(name) });
    const value = make('button', { type: 'button', className: 'value' });
    value.setAttribute('aria-label', texts.resetOne(attributeLabel(name)));
    const reset = (): void => this.onChange(index, 0);
    value.addEventListener('click', reset);
    // Floating point would give 0.15000000000000002.
    input.addEventListener('input', () => {
      this.onChange(index, Math.round(input.valueAsNumber / STEP) / Math.round(1 / STEP));
    });
    input.addEventListener('dblclick', reset);
    input.addEventListener('keydown', (event) => {
      if (event.key !== '0' && event.key !== 'Backspace' && event.key !== 'Delete') return;
      event.preventDefault();
      reset();
    });
    const row = { input, value };
    make('div', { className: 'slider-row' }, label, input, value);
    showValue(row, 0);
    return row;
  }
}

function showValue({ input, value }: Row, amount: number): void {
  input.value = String(amount);
  input.setAttribute('aria-valuetext', valueText(amount));
  input.style.setProperty('--amount', String(amount / Number(input.max)));
  input.parentElement?.classList.toggle('changed', amount !== 0);
  value.textContent = signed(amount);
  value.disabled = amount === 0;
}
