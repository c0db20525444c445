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
      box.addEventListener('change', () => {
        this.count();
        this.onChange(index, box.checked);
      });
      make('label', { className: 'chip' }, box, make('span', { textContent: attributeLabel(name) }));
      return box;
    });
    byId('source-chips').replaceChildren(...this.boxes.map((box) => box.parentElement!));
  }

  /** `open`: people have to look, for nothing is known of the face yet. */
  show(source: Float32Array, hint: string, open = false): void {
    for (const [index, box] of this.boxes.entries()) box.checked = source[index] === 1;
    byId('source-hint').textContent = hint;
    if (open) byId<HTMLDetailsElement>('source-attributes').open = true;
    this.count();
  }

  private count(): void {
    const ticked = this.boxes.filter((box) => box.checked).length;
    byId('source-count').textContent = `${ticked} of ${this.boxes.length}`;
  }
}
