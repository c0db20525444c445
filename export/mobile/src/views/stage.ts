/** The picture, its original on press and hold, and loading progress. */
import { type RgbImage, rgbaFromRgb } from '../imaging/pixels';
import { BeforeAfter } from './before-after';
import { byId } from './dom';
import { texts } from '../texts/texts';

export class Stage {
  private readonly stage = byId('stage');
  private readonly canvas = byId<HTMLCanvasElement>('picture');
  private readonly badge = byId('badge');
  private readonly compare = byId<HTMLButtonElement>('compare');
  private readonly loading = byId('loading');
  private readonly beforeAfter = new BeforeAfter(() => this.showBadge());
  private original: RgbImage | null = null;
  private edited: RgbImage | null = null;
  private comparing = false;
  private description = '';

  constructor() {
    for (const target of [this.canvas, this.compare] as HTMLElement[]) {
      target.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || !this.edited) return;
        target.setPointerCapture(event.pointerId);
        this.show(true);
      });
      for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
        target.addEventListener(end, () => this.show(false));
      }
      target.addEventListener('contextmenu', (event) => event.preventDefault());
    }
    this.compare.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      if (!event.repeat) this.show(true);
    });
    this.compare.addEventListener('keyup', (event) => {
      if (event.key === ' ' || event.key === 'Enter') this.show(false);
    });
    this.compare.addEventListener('blur', () => this.show(false));
  }

  /** The unedited picture. */
  setOriginal(image: RgbImage, description: string): void {
    this.original = image;
    this.stage.style.setProperty('--aspect', String(image.width / image.height));
    this.edited = null;
    this.description = description;
    this.compare.disabled = true;
    this.beforeAfter.enabled = false;
    this.beforeAfter.setOriginal(image);
    this.draw();
  }

  setEdited(image: RgbImage): void {
    this.edited = image;
    this.compare.disabled = false;
    this.beforeAfter.enabled = true;
    this.draw();
  }

  set busy(busy: boolean) {
    this.stage.setAttribute('aria-busy', String(busy));
  }

  /** Null hides the progress; `share` is from 0 to 1, or undefined if unknown. */
  setLoading(text: string | null, share?: number): void {
    this.loading.hidden = text === null;
    if (text === null) return;
    byId('loading-text').textContent = text;
    const progress = byId<HTMLProgressElement>('loading-progress');
    if (share === undefined) progress.removeAttribute('value');
    else progress.value = share;
  }

  private show(comparing: boolean): void {
    if (this.comparing === comparing) return;
    this.comparing = comparing;
    this.compare.setAttribute('aria-pressed', String(comparing));
    this.draw();
  }

  private showBadge(): void {
    this.badge.hidden = !this.comparing && !this.beforeAfter.open;
  }

  private draw(): void {
    const image = this.comparing || !this.edited ? this.original : this.edited;
    if (!image) return;
    this.showBadge();
    const label = image === this.edited ? texts.shownEdited : texts.shownOriginal;
    this.canvas.setAttribute('aria-label', label(this.description));
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    context?.putImageData(new ImageData(rgbaFromRgb(image), image.width, image.height), 0, 0);
  }
}
