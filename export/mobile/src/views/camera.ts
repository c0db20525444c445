/** The camera: the mirrored front camera under the guide for faces, the back one for whole pictures. */
import type { Frame } from '../imaging/frame';
import { pixelsOf } from '../imaging/photo';
import type { RgbImage } from '../imaging/pixels';
import type { LiveView } from '../live/live-view';
import { byId } from './dom';
import { drawGuide } from './guide';
import { texts } from '../texts/texts';

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: texts.cameraDenied,
  NotFoundError: texts.cameraMissing,
  NotReadableError: texts.cameraBusy,
  OverconstrainedError: texts.cameraUnsuitable,
};

/** A picture, and the slider values of the edit that was shown live; null if there was none. */
export interface Taken {
  readonly photo: RgbImage;
  readonly edit: Float32Array | null;
}

export class Camera {
  private readonly dialog = byId<HTMLDialogElement>('camera');
  private readonly video = byId<HTMLVideoElement>('camera-video');
  private readonly take = byId<HTMLButtonElement>('camera-take');
  private stream: MediaStream | null = null;
  private whole = false;
  private finish: (taken: Taken | null) => void = () => undefined;

  /** `pickInstead` opens the photo picker. */
  constructor(
    pickInstead: () => void,
    private readonly live: LiveView,
  ) {
    this.take.addEventListener('click', () => {
      const { videoWidth, videoHeight } = this.video;
      this.close(pixelsOf(this.video, videoWidth, videoHeight, { mirrored: !this.whole }));
    });
    byId('camera-cancel').addEventListener('click', () => this.close(null));
    byId('camera-pick').addEventListener('click', () => {
      this.close(null);
      pickInstead();
    });
    this.dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.close(null);
    });
    this.video.addEventListener('loadeddata', () => {
      this.take.disabled = false;
      this.take.focus();
      if (!this.whole) this.live.start(this.video);
    });
  }

  /**
   * Resolves with a picture, or null if none was taken. With a face `frame` it is mirrored, as people
   * are used to seeing themselves; with `frame` null it comes from the back camera.
   */
  open(frame: Frame | null): Promise<Taken | null> {
    this.whole = frame === null;
    this.video.classList.toggle('whole', this.whole);
    const guide = byId<SVGSVGElement>('camera-guide');
    if (frame) drawGuide(guide, frame);
    else guide.replaceChildren();
    byId('camera-problem').hidden = true;
    byId('camera-live').hidden = false;
    this.take.hidden = false;
    this.take.disabled = true;
    this.dialog.showModal();
    void this.start();
    return new Promise((resolve) => (this.finish = resolve));
  }

  private async start(): Promise<void> {
    // Browsers hide the camera altogether on pages from neither https nor localhost.
    if (!navigator.mediaDevices?.getUserMedia) {
      this.fail(texts.cameraInsecure);
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: this.whole
          ? { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1440 } }
          : { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 1280 } },
      });
      if (!this.dialog.open) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
    } catch (error) {
      // Closing the dialog while it starts interrupts play().
      if (!this.dialog.open) return;
      const name = error instanceof DOMException ? error.name : '';
      this.fail(REASONS[name] ?? texts.cameraFailed(String(error)));
    }
  }

  private fail(text: string): void {
    this.stop();
    byId('camera-live').hidden = true;
    this.take.hidden = true;
    byId('camera-problem-text').textContent = text;
    byId('camera-problem').hidden = false;
    byId('camera-pick').focus();
  }

  private stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  private close(photo: RgbImage | null): void {
    const edit = this.live.stop();
    this.stop();
    this.dialog.close();
    this.finish(photo && { photo, edit });
  }
}
