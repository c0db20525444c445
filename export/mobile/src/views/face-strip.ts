/** The faces found in a photo, to choose from. */
import { type RgbImage, rgbaFromRgb } from '../imaging/pixels';
import { byId, make } from './dom';
import { texts } from '../texts/texts';

export class FaceStrip {
  private readonly strip = byId('faces');
  private tiles: HTMLButtonElement[] = [];

  /** Hidden if there is no choice. */
  show(pictures: readonly RgbImage[], choose: (index: number) => void): void {
    this.strip.hidden = pictures.length < 2;
    this.tiles = pictures.map((picture, index) => {
      const canvas = make('canvas', { width: picture.width, height: picture.height });
      const pixels = new ImageData(rgbaFromRgb(picture), picture.width, picture.height);
      canvas.getContext('2d')?.putImageData(pixels, 0, 0);
      const tile = make('button', { type: 'button', className: 'tile' }, canvas);
      tile.setAttribute('aria-label', texts.faceOf(index + 1, pictures.length));
      tile.addEventListener('click', () => choose(index));
      return tile;
    });
    this.strip.replaceChildren(...this.tiles);
  }

  mark(chosen: number): void {
    for (const [index, tile] of this.tiles.entries()) {
      tile.setAttribute('aria-pressed', String(index === chosen));
    }
  }
}
