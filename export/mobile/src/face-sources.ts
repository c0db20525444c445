/** Sources of pictures: drawn ones, photos, the camera; faces in photos are framed by hand. */
import { Face } from './face';
import { type Frame, mapOfFrame } from './imaging/frame';
import { openFile, openImage, type OpenPicture } from './imaging/open-picture';
import { photoFromFile } from './imaging/photo';
import type { RgbImage } from './imaging/pixels';
import { covering } from './imaging/placement';
import type { Similarity } from './imaging/similarity';
import { asProblem } from './problem';
import type { Subject } from './subject';
import { Camera } from './views/camera';
import { byId } from './views/dom';
import { Framing } from './views/framing';
import type { Notices } from './views/notices';
import { type Sample, Sources } from './views/sources';
import { WholePicture, type WholeRule } from './whole-picture';

/** Drawn pictures: their folder, and the label for one of them. */
interface Gallery {
  readonly folder: string;
  readonly kind: string;
}

export const FACES: Gallery = { folder: './samples/', kind: 'Drawn face' };
export const LANDSCAPES: Gallery = { folder: './landscapes/', kind: 'Drawn landscape' };

const OTHER_PHOTO = 'Choose another one.';

export class FaceSources {
  private readonly framing = new Framing();
  private readonly camera = new Camera(() => this.sources.pick());
  private readonly sources = new Sources({
    sample: (sample, number) => void this.guarded(() => this.useSample(sample, number)),
    file: (file) => void this.guarded(() => this.useFile(file)),
    camera: () => void this.guarded(() => this.useCamera()),
  });
  private frame: Frame | null = null;
  private whole: WholeRule | null = null;
  private gallery = FACES;
  private face: Subject | null = null;
  private samples: readonly Sample[] | null = null;
  /** Number of the newest choice, so that one that loads slowly does not replace it. */
  private turn = 0;

  constructor(
    private readonly notices: Notices,
    private readonly onFace: (face: Subject) => void,
  ) {
    byId('reframe').addEventListener('click', () => void this.guarded(() => this.reframe()));
  }

  /**
   * Shows the drawn pictures and selects the first one, unless a picture has been chosen.
   *
   * `whole`: how whole pictures are resized; null for models of framed faces.
   */
  async start(frame: Frame, whole: WholeRule | null, gallery: Gallery): Promise<void> {
    this.frame = frame;
    this.whole = whole;
    this.gallery = gallery;
    if (!this.samples) {
      const response = await fetch(`${gallery.folder}samples.json`);
      if (!response.ok) throw new Error(`The server answered ${response.status} for samples.json.`);
      this.samples = (await response.json()) as Sample[];
      this.sources.showSamples(this.samples, gallery.folder, gallery.kind);
    }
    const [first] = this.samples;
    if (first && !this.face) await this.useSample(first, 1);
    else if (this.face) this.onFace(this.face);
  }

  private async useSample(sample: Sample, number: number): Promise<void> {
    if (!this.frame) return;
    const turn = ++this.turn;
    const response = await fetch(this.gallery.folder + sample.file);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const file = await response.blob();
    if (turn !== this.turn) return;
    const label = `${this.gallery.kind} ${number}`;
    const { attributes } = sample;
    if (this.whole) {
      await this.useWhole(() => openFile(file, sample.file), label, attributes, number);
      return;
    }
    const photo = await photoFromFile(file, sample.file);
    if (turn === this.turn) this.use(new Face(photo, label, this.frame, attributes), number);
  }

  private async useWhole(
    open: () => Promise<OpenPicture>,
    label: string,
    attributes: readonly string[] | null = null,
    number: number | null = null,
  ): Promise<void> {
    const { whole } = this;
    if (!whole) return;
    const turn = ++this.turn;
    const picture = await WholePicture.of(open, whole, label, attributes);
    if (turn === this.turn) this.use(picture, number);
  }

  private async useFile(file: File): Promise<void> {
    const name = file.name || 'The file';
    if (this.whole) {
      await this.useWhole(() => openFile(file, name), 'Your photo');
      return;
    }
    await this.framed(await photoFromFile(file, name), 'Your photo', null);
  }

  private async useCamera(): Promise<void> {
    if (!this.frame) return;
    const photo = await this.camera.open(this.whole ? null : this.frame);
    if (!photo) return;
    if (this.whole) await this.useWhole(() => Promise.resolve(openImage(photo)), 'Your picture');
    else await this.framed(photo, 'Your picture', null);
  }

  private async reframe(): Promise<void> {
    if (!(this.face instanceof Face)) return;
    await this.framed(this.face.photo, this.face.label, this.face.toFrame);
  }

  private async framed(photo: RgbImage, label: string, start: Similarity | null): Promise<void> {
    const { frame } = this;
    if (!frame) return;
    this.turn++;
    const map = await this.framing.open(photo, frame, start ?? placed(photo, frame));
    if (map) this.use(new Face(photo, label, frame, null, map), null);
  }

  private use(face: Subject, number: number | null): void {
    this.face = face;
    this.sources.mark(number);
    byId('reframe').hidden = number !== null || !(face instanceof Face);
    this.onFace(face);
  }

  private async guarded(action: () => Promise<void>): Promise<void> {
    try {
      this.notices.clearProblem();
      await action();
    } catch (error) {
      this.notices.problem(asProblem(error, 'The picture could not be used.', OTHER_PHOTO));
    }
  }
}

const placed = (photo: RgbImage, frame: Frame): Similarity =>
  mapOfFrame(photo, frame) ?? covering(photo.width, photo.height, frame);
