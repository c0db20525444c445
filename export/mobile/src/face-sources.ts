/** Sources of pictures: drawn ones, photos, the camera; faces in photos are found, or framed by hand. */
import type { FoundFace } from './detection/face-finder';
import { placedFace } from './detection/placing';
import { Face } from './face';
import { FacePhoto } from './face-photo';
import { type Frame, mapOfFrame } from './imaging/frame';
import { openImage, type OpenPicture } from './imaging/open-picture';
import { covering } from './imaging/placement';
import type { Similarity } from './imaging/similarity';
import { fileSource, type PictureSource, withPicture } from './picture-source';
import type { LiveView } from './live/live-view';
import { asProblem } from './problem';
import type { Subject } from './subject';
import { Camera } from './views/camera';
import { byId } from './views/dom';
import { FaceStrip } from './views/face-strip';
import { Framing } from './views/framing';
import type { Notices } from './views/notices';
import { type Sample, Sources } from './views/sources';
import { WholePicture, type WholeRule } from './whole-picture';
import { texts } from './texts/texts';

/** Drawn pictures: their folder, and the label for one of them. */
interface Gallery {
  readonly folder: string;
  readonly label: (number: number) => string;
}

export const FACES: Gallery = { folder: './samples/', label: texts.drawnFace };
export const LANDSCAPES: Gallery = { folder: './landscapes/', label: texts.drawnLandscape };

/** Each costs a little memory. */
const MOST_FACES = 16;

export class FaceSources {
  private readonly framing = new Framing();
  private readonly camera: Camera;
  private readonly sources = new Sources({
    sample: (sample, number) => void this.guarded(() => this.useSample(sample, number)),
    file: (file) =>
      void this.guarded(() => this.usePhoto(fileSource(file, file.name || texts.theFile), texts.yourPhoto)),
    camera: () => void this.guarded(() => this.useCamera()),
  });
  private frame: Frame | null = null;
  /** The model's image size. */
  private side = 0;
  private whole: WholeRule | null = null;
  private gallery = FACES;
  private face: Subject | null = null;
  private faces: readonly Face[] = [];
  private readonly strip = new FaceStrip();
  private samples: readonly Sample[] | null = null;
  /** Shows the present picture again, as another model sees it. */
  private again: (() => Promise<void>) | null = null;
  /** Whether the present picture is a drawn one. */
  private sample = false;
  /** Number of the newest choice, so that one that loads slowly does not replace it. */
  private turn = 0;

  constructor(
    private readonly notices: Notices,
    private readonly onFace: (face: Subject) => void,
    /** Finds the faces of a photo, the largest first. */
    private readonly find: (picture: OpenPicture) => Promise<readonly FoundFace[]>,
    live: LiveView,
    /** Gets the edit with which the next face starts; null: unedited. */
    private readonly onLiveEdit: (values: Float32Array | null) => void,
  ) {
    this.camera = new Camera(() => this.sources.pick(), live);
    byId('reframe').addEventListener('click', () => void this.guarded(() => this.reframe()));
  }

  /**
   * Shows the drawn pictures and selects the first one, unless a picture has been chosen.
   *
   * `side`: the model's image size; `whole`: how whole pictures are resized; null for models of framed
   * faces.
   */
  async start(
    frame: Frame,
    side: number,
    whole: WholeRule | null,
    gallery: Gallery,
  ): Promise<void> {
    this.frame = frame;
    this.side = side;
    this.whole = whole;
    if (!this.samples || gallery !== this.gallery) {
      const response = await fetch(`${gallery.folder}samples.json`);
      if (!response.ok) throw new Error(`The server answered ${response.status} for samples.json.`);
      const samples = (await response.json()) as Sample[];
      this.samples = samples;
      this.gallery = gallery;
      this.sources.showSamples(samples, gallery.folder, gallery.label);
      if (this.sample) this.again = null;
    }
    const [first] = this.samples;
    if (this.again) await this.again();
    else if (first) await this.useSample(first, 1);
  }

  private async useSample(sample: Sample, number: number): Promise<void> {
    const { frame } = this;
    if (!frame) return;
    this.again = () => this.useSample(sample, number);
    this.sample = true;
    const turn = ++this.turn;
    const response = await fetch(this.gallery.folder + sample.file);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const file = await response.blob();
    if (turn !== this.turn) return;
    const label = this.gallery.label(number);
    const source = fileSource(file, sample.file);
    if (this.whole) {
      await this.useWhole(source, label, sample.attributes, number);
      return;
    }
    await withPicture(source, (picture) => {
      const photo = new FacePhoto(picture, source);
      const placing = { frame, side: this.side, toFrame: placed(picture, frame) };
      const face = Face.of(photo, picture, label, placing, sample.attributes);
      if (turn === this.turn) this.use(face, number);
    });
  }

  private async useWhole(
    source: PictureSource,
    label: string,
    attributes: readonly string[] | null = null,
    number: number | null = null,
  ): Promise<void> {
    const { whole } = this;
    if (!whole) return;
    const turn = ++this.turn;
    const picture = await WholePicture.of(source, whole, label, attributes);
    if (turn === this.turn) this.use(picture, number);
  }

  private async usePhoto(source: PictureSource, label: string): Promise<void> {
    this.again = () => this.usePhoto(source, label);
    this.sample = false;
    if (this.whole) {
      await this.useWhole(source, label);
      return;
    }
    await withPicture(source, (picture) =>
      this.useFaces(new FacePhoto(picture, source), picture, label),
    );
  }

  /** Edits the largest face; the others can be chosen. Without any, the user frames one. */
  private async useFaces(photo: FacePhoto, picture: OpenPicture, label: string): Promise<void> {
    const { frame, side } = this;
    if (!frame) return;
    const turn = ++this.turn;
    const found = await this.find(picture);
    if (turn !== this.turn) return;
    const faces = found.slice(0, MOST_FACES).flatMap(({ landmarks }) => {
      const toFrame = placedFace(landmarks, frame);
      return toFrame ? [Face.of(photo, picture, label, { frame, side, toFrame })] : [];
    });
    const [largest] = faces;
    if (largest) this.use(largest, null, faces);
    else await this.framed(photo, picture, label, null);
  }

  private async useCamera(): Promise<void> {
    if (!this.frame) return;
    const taken = await this.camera.open(this.whole ? null : this.frame);
    if (!taken) return;
    this.onLiveEdit(taken.edit);
    const open = (): Promise<OpenPicture> => Promise.resolve(openImage(taken.photo));
    await this.usePhoto({ open, stem: 'edited-picture', type: 'image/jpeg' }, texts.yourPicture);
    this.onLiveEdit(null);
  }

  private async reframe(): Promise<void> {
    const { face } = this;
    if (!(face instanceof Face)) return;
    await withPicture(face.photo, async (picture) => {
      await this.framed(face.photo, picture, face.label, face);
    });
  }

  /** `before`: the face's framing so far; null for a new photo. */
  private async framed(
    photo: FacePhoto,
    picture: OpenPicture,
    label: string,
    before: Face | null,
  ): Promise<void> {
    const { frame, side } = this;
    if (!frame) return;
    this.turn++;
    const start = before?.placing.toFrame ?? placed(picture, frame);
    const toFrame = await this.framing.open(picture, frame, start);
    if (!toFrame) return;
    const placing = { frame, side, toFrame };
    const face = Face.of(photo, picture, label, placing, null, before?.identity);
    const others = this.faces.map((other) => (other === before ? face : other));
    this.use(face, null, before ? others : [face]);
  }

  /** `faces`: all faces of its photo. */
  private use(face: Subject, number: number | null, faces: readonly Face[] = []): void {
    if (faces !== this.faces) {
      this.faces = faces;
      const pictures = faces.map((each) => each.thumbnail());
      this.strip.show(pictures, (index) => this.use(this.faces[index]!, null, this.faces));
    }
    this.strip.mark(faces.findIndex((each) => each === face));
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
      this.notices.problem(asProblem(error, texts.pictureUnusable, texts.chooseAnother));
    }
  }
}

const placed = (photo: OpenPicture, frame: Frame): Similarity =>
  mapOfFrame(photo, frame) ?? covering(photo.width, photo.height, frame);
