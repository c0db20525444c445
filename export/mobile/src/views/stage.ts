/** The picture, its original on press and hold, and loading progress. */
import { type RgbImage, rgbaFromRgb } from '../imaging/pixels';
import { byId } from './dom';

/** Saved pictures have at least this many pixels per side. */
const SMALLEST_SAVED_SIDE = 512;

export class Stage {
  private readonly stage = byId('stage');
  private readonly canvas = byId<HTMLCanvasElement>('picture');
  private readonly badge = byId('badge');
  private readonly compare = byId<HTMLButtonElement>('compare');
  private readonly loading = byId('loading');
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

  /** The unedited picture: for faces the model's input, otherwise the whole picture. */
  setOriginal(image: RgbImage, description: string): void {
    this.original = image;
    // Wide pictures leave more room for the controls below; tall ones must fit.
    const wide = image.width > image.height;
    this.stage.style.aspectRatio = wide ? `${image.width} / ${image.height}` : '';
    this.edited = null;
    this.description = description;
    this.compare.disabled = true;
    this.draw();
  }

  setEdited(image: RgbImage): void {
    this.edited = image;
    this.compare.disabled = false;
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

  /** The edited picture as a PNG, smoothly enlarged to a reasonable size. */
  async png(): Promise<File> {
    const { width, height } = this.canvas;
    const factor = Math.max(1, Math.ceil(SMALLEST_SAVED_SIDE / width));
    const source = document.createElement('canvas');
    source.width = width;
    source.height = height;
    const image = this.edited;
    if (!image) throw new Error('There is no edited picture yet.');
    source.getContext('2d')!.putImageData(new ImageData(rgbaFromRgb(image), width, height), 0, 0);
    const canvas = document.createElement('canvas');
    canvas.width = width * factor;
    canvas.height = height * factor;
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The browser could not write a PNG.');
    return new File([blob], 'edited-face.png', { type: 'image/png' });
  }

  private show(comparing: boolean): void {
    if (this.comparing === comparing) return;
    this.comparing = comparing;
    this.compare.setAttribute('aria-pressed', String(comparing));
    this.draw();
  }

  private draw(): void {
    const image = this.comparing || !this.edited ? this.original : this.edited;
    if (!image) return;
    this.badge.hidden = !this.comparing;
    const what = image === this.edited ? 'edited' : 'original';
    this.canvas.setAttribute('aria-label', `${this.description}, ${what}`);
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const context = this.canvas.getContext('2d', { willReadFrequently: true });
    context?.putImageData(new ImageData(rgbaFromRgb(image), image.width, image.height), 0, 0);
  }
}
