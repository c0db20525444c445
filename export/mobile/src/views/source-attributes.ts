/** Ticks for what the face has, which models that are given targets need. */
import { attributeLabel } from '../model/attribute-label';
import { byId, make } from './dom';

export class SourceAttributes {
  private boxes: HTMLInputElement[] = [];

  constructor(private readonly onChange: (index: number, present: boolean) => void) {}

  build(attributes: readonly string[], needed: boolean): void {
    byId('source-attributes').hidden = !needed;
    this.boxes = attributes.map((name, index) => {
      const box = make('input', { type: 'checkbox' });
      box.dataset['sourceAttribute'] = name;
      box.addEventListener('change', () => this.onChange(index, box.checked));
      make('label', { className: 'chip' }, box, make('span', { textContent: attributeLabel(name) }));
      return box;
    });
    byId('source-chips').replaceChildren(...this.boxes.map((box) => box.parentElement!));
  }

  show(source: Float32Array, hint: string): void {
    for (const [index, box] of this.boxes.entries()) box.checked = source[index] === 1;
    byId('source-hint').textContent = hint;
  }
}
