/** The original on one side of a line that can be moved across the picture. */
import { type RgbImage, rgbaFromRgb } from '../imaging/pixels';
import { byId } from './dom';

export class BeforeAfter {
  private readonly canvas = byId<HTMLCanvasElement>('before');
  private readonly slider = byId<HTMLInputElement>('split');

  /** `onMove` is called whenever the line has moved. */
  constructor(private readonly onMove: () => void) {
    this.slider.addEventListener('input', () => this.show());
    this.slider.addEventListener('dblclick', () => this.close());
  }

  /** Whether a part of the original is shown. */
  get open(): boolean {
    return !this.canvas.hidden;
  }

  setOriginal(image: RgbImage): void {
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const pixels = new ImageData(rgbaFromRgb(image), image.width, image.height);
    this.canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  }

  /** Whether there is an edit to compare with. */
  set enabled(enabled: boolean) {
    this.slider.hidden = !enabled;
    if (!enabled) this.close();
  }

  private close(): void {
    this.slider.value = '0';
    this.show();
  }

  private show(): void {
    const share = this.slider.valueAsNumber / Number(this.slider.max);
    this.canvas.hidden = share === 0;
    this.slider.classList.toggle('moved', share > 0);
    this.canvas.parentElement!.style.setProperty('--split', String(share));
    this.slider.setAttribute('aria-valuetext', `${Math.round(100 * share)} %`);
    this.onMove();
  }
}
