/** Edits on the running camera picture: its face is followed, edited and shown over the video. */
import type { Detector } from '../detector';
import type { Editing } from '../editing';
import { frameOf } from '../imaging/frame';
import { openImage } from '../imaging/open-picture';
import { pixelsOf } from '../imaging/photo';
import { rgbaFromRgb, type RgbImage } from '../imaging/pixels';
import type { ModelDescription } from '../model/description';
import type { Strengths } from '../model/strengths';
import { texts } from '../texts/texts';
import { byId } from '../views/dom';
import { LiveChips } from '../views/live-chips';
import { FrameLoop } from './frame-loop';
import { editedFrame } from './live-face';
import { LiveEdit } from './live-edit';
import { SmoothLandmarks } from './one-euro';

/** Frames are edited at this size at most, so that there are many of them. */
const LONGEST_SIDE = 640;

export class LiveView {
  private readonly canvas = byId<HTMLCanvasElement>('live-canvas');
  private readonly rate = byId('live-rate');
  private readonly chips = new LiveChips();
  private readonly smooth = new SmoothLandmarks();
  private readonly loop: FrameLoop;
  private video: HTMLVideoElement | null = null;
  private edit: LiveEdit | null = null;

  constructor(private readonly detector: Detector) {
    this.loop = new FrameLoop({
      work: () => this.frame(),
      whenNew: (callback) => {
        const { video } = this;
        if (video && 'requestVideoFrameCallback' in video) video.requestVideoFrameCallback(callback);
        else requestAnimationFrame(callback);
      },
      rate: (perSecond) => {
        this.rate.textContent = texts.framesPerSecond(perSecond.toFixed(perSecond < 10 ? 1 : 0));
        // Frames that are only shown do not count.
        this.rate.hidden = perSecond === 0 || this.canvas.hidden;
      },
      failed: (error) => {
        console.warn(`The live edit stopped: ${String(error)}`);
        this.show(null);
      },
      now: () => performance.now(),
    });
    document.addEventListener('visibilitychange', () => {
      this.loop.pageHidden = document.hidden;
    });
  }

  /** With a model of faces; null for others, whose edits are not shown live. */
  use(face: { model: ModelDescription; editing: Editing; strengths: Strengths } | null): void {
    this.edit = face && new LiveEdit(face.model, face.editing, face.strengths);
    const { edit } = this;
    this.chips.build(face?.model.attributes ?? [], (index) => {
      edit?.toggle(index);
      this.chips.mark(edit?.values);
    });
  }

  /** Follows a video that plays, until `stop`. */
  start(video: HTMLVideoElement): void {
    if (!this.edit) return;
    this.video = video;
    this.smooth.forget();
    this.loop.start();
  }

  /** The edit that was shown: slider values, or null if nothing was changed. Starts afresh next time. */
  stop(): Float32Array | null {
    this.loop.stop();
    this.video = null;
    this.show(null);
    const values = this.edit?.take() ?? null;
    this.chips.mark(undefined);
    return values;
  }

  private async frame(): Promise<void> {
    const { video, edit } = this;
    if (!video || !edit) return;
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    const time = performance.now() / 1000;
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    const image = pixelsOf(video, width, height, { mirrored: true });
    const found = edit.isEdit ? await this.detector.follow(openImage(image)) : null;
    if (!found) {
      this.smooth.forget();
      if (video === this.video) this.show(null);
      return;
    }
    const landmarks = this.smooth.next(found, time);
    const { model } = edit;
    const frame = frameOf(model.crop, model.trainingFrame, model.imageSize);
    const shown = await editedFrame(image, landmarks, frame, model.imageSize, edit.run);
    if (video === this.video) this.show(shown);
  }

  /** Null shows the video itself. */
  private show(image: RgbImage | null): void {
    this.canvas.hidden = !image;
    byId('camera-guide').classList.toggle('followed', image !== null);
    if (!image) {
      this.rate.hidden = true;
      return;
    }
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const pixels = new ImageData(rgbaFromRgb(image), image.width, image.height);
    this.canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  }
}
