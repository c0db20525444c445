/** Where faces come from: drawn ones, photos, the camera; photos are framed by hand. */
import { Face } from './face';
import { type Frame, mapOfFrame } from './imaging/frame';
import { photoFromFile } from './imaging/photo';
import type { RgbImage } from './imaging/pixels';
import { covering } from './imaging/placement';
import type { Similarity } from './imaging/similarity';
import { asProblem } from './problem';
import { Camera } from './views/camera';
import { byId } from './views/dom';
import { Framing } from './views/framing';
import type { Notices } from './views/notices';
import { type Sample, Sources } from './views/sources';

const SAMPLES = './samples/';
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
  private face: Face | null = null;
  private samples: readonly Sample[] | null = null;
  /** Of the newest choice: one that loads slowly must not replace it. */
  private turn = 0;

  constructor(
    private readonly notices: Notices,
    private readonly onFace: (face: Face) => void,
  ) {
    byId('reframe').addEventListener('click', () => void this.guarded(() => this.reframe()));
  }

  /** Shows the drawn faces and takes the first of them, where none is chosen yet. */
  async start(frame: Frame): Promise<void> {
    this.frame = frame;
    if (!this.samples) {
      const response = await fetch(`${SAMPLES}samples.json`);
      if (!response.ok) throw new Error(`The server answered ${response.status} for samples.json.`);
      this.samples = (await response.json()) as Sample[];
      this.sources.showSamples(this.samples, SAMPLES);
    }
    const [first] = this.samples;
    if (first && !this.face) await this.useSample(first, 1);
    else if (this.face) this.onFace(this.face);
  }

  private async useSample(sample: Sample, number: number): Promise<void> {
    if (!this.frame) return;
    const turn = ++this.turn;
    const response = await fetch(SAMPLES + sample.file);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const photo = await photoFromFile(await response.blob(), sample.file);
    if (turn !== this.turn) return;
    this.use(new Face(photo, `Drawn face ${number}`, this.frame, sample.attributes), number);
  }

  private async useFile(file: File): Promise<void> {
    await this.framed(await photoFromFile(file, file.name || 'The file'), 'Your photo', null);
  }

  private async useCamera(): Promise<void> {
    if (!this.frame) return;
    const photo = await this.camera.open(this.frame);
    if (photo) await this.framed(photo, 'Your picture', null);
  }

  private async reframe(): Promise<void> {
    if (this.face) await this.framed(this.face.photo, this.face.label, this.face.toFrame);
  }

  private async framed(photo: RgbImage, label: string, start: Similarity | null): Promise<void> {
    const { frame } = this;
    if (!frame) return;
    this.turn++;
    const map = await this.framing.open(photo, frame, start ?? placed(photo, frame));
    if (map) this.use(new Face(photo, label, frame, null, map), null);
  }

  private use(face: Face, number: number | null): void {
    this.face = face;
    this.sources.mark(number);
    byId('reframe').hidden = number !== null;
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
