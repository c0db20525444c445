/** The strip of picture sources: a photo, the camera, drawn faces or landscapes. */
import { byId, make } from './dom';
import { onDroppedPicture } from './dropped';

export interface Sample {
  readonly file: string;
  /** A drawn face's attributes, by CelebA's names; a landscape's domain. */
  readonly attributes: readonly string[];
}

export interface SourceEvents {
  readonly sample: (sample: Sample, number: number) => void;
  readonly file: (file: File) => void;
  readonly camera: () => void;
}

export class Sources {
  private readonly input = byId<HTMLInputElement>('file');
  private tiles: HTMLButtonElement[] = [];

  constructor(private readonly events: SourceEvents) {
    byId('pick').addEventListener('click', () => this.pick());
    onDroppedPicture(events.file);
    byId('camera-open').addEventListener('click', events.camera);
    this.input.addEventListener('change', () => {
      const file = this.input.files?.[0];
      // So that choosing the same file again counts as a change.
      this.input.value = '';
      if (file) events.file(file);
    });
  }

  pick(): void {
    this.input.click();
  }

  /** `folder`: URL of the samples, with a trailing slash; `label`: for each. */
  showSamples(samples: readonly Sample[], folder: string, label: (number: number) => string): void {
    for (const tile of this.tiles) tile.remove();
    this.tiles = samples.map((sample, index) => {
      const picture = make('img', { src: folder + sample.file, alt: '', width: 64, height: 64 });
      picture.draggable = false;
      const tile = make('button', { type: 'button', className: 'tile' }, picture);
      tile.setAttribute('aria-label', label(index + 1));
      tile.addEventListener('click', () => this.events.sample(sample, index + 1));
      return tile;
    });
    byId('sources').append(...this.tiles);
  }

  /** Marks the sample that is being edited; null for a photo. */
  mark(number: number | null): void {
    for (const [index, tile] of this.tiles.entries()) {
      tile.setAttribute('aria-pressed', String(index + 1 === number));
    }
  }
}
