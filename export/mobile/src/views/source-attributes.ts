/** Tick boxes for the face's attributes: adding an attribute removes those it excludes. */
import { attributeLabel } from '../model/attribute-label';
import { byId, make } from './dom';
import { texts } from '../texts/texts';

export class SourceAttributes {
  /** By attribute; undefined if it cannot affect an edit. */
  private boxes: (HTMLInputElement | undefined)[] = [];

  constructor(private readonly onChange: (index: number, present: boolean) => void) {}

  build(attributes: readonly string[], matter: readonly boolean[]): void {
    const section = byId('source-attributes');
    section.hidden = !matter.includes(true);
    section.classList.remove('pending');
    this.boxes = attributes.map((name, index) => {
      if (!matter[index]) return undefined;
      const box = make('input', { type: 'checkbox' });
      box.dataset['sourceAttribute'] = name;
      box.addEventListener('change', () => {
        this.count();
        this.onChange(index, box.checked);
      });
      make('label', { className: 'chip' }, box, make('span', { textContent: attributeLabel(name) }));
      return box;
    });
    byId('source-chips').replaceChildren(...this.shown.map((box) => box.parentElement!));
  }

  /** `open` expands the section: the user has to tick, as nothing is known about the face. */
  show(source: Float32Array, hint: string, open = false): void {
    this.mark(source);
    byId('source-hint').textContent = hint;
    if (open) byId<HTMLDetailsElement>('source-attributes').open = true;
  }

  mark(source: Float32Array): void {
    for (const [index, box] of this.boxes.entries()) if (box) box.checked = source[index] === 1;
    this.count();
  }

  private count(): void {
    const ticked = this.shown.filter((box) => box.checked).length;
    byId('source-count').textContent = texts.countOf(ticked, this.shown.length);
  }

  private get shown(): HTMLInputElement[] {
    return this.boxes.filter((box) => box !== undefined);
  }
}
