/** A tile per attribute with a preview of its edit; tapping it switches the edit on or off. */
import { type RgbImage, rgbaFromRgb } from '../imaging/pixels';
import { attributeLabel } from '../model/attribute-label';
import { byId, make } from './dom';

export interface EditStripEvents {
  readonly toggle: (index: number) => void;
  /** Whether a tile can be seen. */
  readonly seen: (index: number, visible: boolean) => void;
}

export class EditStrip {
  private readonly strip = byId('edits');
  private tiles: HTMLButtonElement[] = [];
  private observer: IntersectionObserver | null = null;

  build(attributes: readonly string[], events: EditStripEvents): void {
    this.observer?.disconnect();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        events.seen(this.tiles.indexOf(target as HTMLButtonElement), isIntersecting);
      }
    });
    this.observer = observer;
    this.tiles = attributes.map((name, index) => {
      const canvas = make('canvas', { width: 1, height: 1 });
      canvas.setAttribute('aria-hidden', 'true');
      const label = make('span', { textContent: attributeLabel(name) });
      const tile = make('button', { type: 'button', className: 'edit-tile' }, canvas, label);
      tile.dataset['edit'] = name;
      tile.disabled = true;
      tile.addEventListener('click', () => events.toggle(index));
      return tile;
    });
    this.strip.replaceChildren(...this.tiles);
    this.strip.hidden = false;
    for (const tile of this.tiles) observer.observe(tile);
  }

  hide(): void {
    this.observer?.disconnect();
    this.strip.hidden = true;
  }

  set enabled(enabled: boolean) {
    for (const tile of this.tiles) tile.disabled = !enabled;
  }

  /** For another picture: its previews are yet to come. */
  clear(): void {
    for (const tile of this.tiles) tile.classList.remove('ready');
  }

  preview(index: number, image: RgbImage): void {
    const tile = this.tiles[index];
    const canvas = tile?.querySelector('canvas');
    if (!tile || !canvas) return;
    canvas.width = image.width;
    canvas.height = image.height;
    const pixels = new ImageData(rgbaFromRgb(image), image.width, image.height);
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
    tile.classList.add('ready');
  }

  mark(values: Float32Array): void {
    for (const [index, tile] of this.tiles.entries()) {
      tile.setAttribute('aria-pressed', String(values[index] !== 0));
    }
  }
}
