/** The dialog for aligning a face with the guide. */
import type { Frame } from '../imaging/frame';
import type { OpenPicture } from '../imaging/open-picture';
import { covering, withinReach } from '../imaging/placement';
import { movedBy, type Similarity, turnedAbout } from '../imaging/similarity';
import { byId } from './dom';
import { followFingers } from './gestures';
import { drawGuide } from './guide';

const ZOOM_STEP = 1.08;
const TURN_STEP = 2;
const KEY_MOVE = 1.5;
/** Larger photos are drawn from a copy of this size, so that they move smoothly. */
const LARGEST_SIDE = 2048;

export class Framing {
  private readonly dialog = byId<HTMLDialogElement>('framing');
  private readonly canvas = byId<HTMLCanvasElement>('framing-canvas');
  private source: HTMLCanvasElement | null = null;
  /** Of the photo, in its own pixels. */
  private size = { width: 1, height: 1 };
  private frame: Frame | null = null;
  private map: Similarity | null = null;
  private finish: (map: Similarity | null) => void = () => undefined;
  private drawing = 0;

  constructor() {
    followFingers(
      this.canvas,
      () => ({ side: this.frame?.box.width ?? 1, left: this.frame?.box.left ?? 0, top: this.frame?.box.top ?? 0 }),
      (change) => this.move(change),
    );
    const about = (scale: number, degrees: number) => (): void => this.turn(scale, degrees);
    byId('zoom-in').addEventListener('click', about(ZOOM_STEP, 0));
    byId('zoom-out').addEventListener('click', about(1 / ZOOM_STEP, 0));
    byId('turn-left').addEventListener('click', about(1, -TURN_STEP));
    byId('turn-right').addEventListener('click', about(1, TURN_STEP));
    byId('framing-reset').addEventListener('click', () => this.startOver());
    byId('framing-done').addEventListener('click', () => this.close(this.map));
    byId('framing-cancel').addEventListener('click', () => this.close(null));
    this.dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.close(null);
    });
    this.canvas.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** Resolves with the map from the photo to the frame, or null when cancelled. */
  open(photo: OpenPicture, frame: Frame, start: Similarity | null): Promise<Similarity | null> {
    const scale = Math.min(1, LARGEST_SIDE / Math.max(photo.width, photo.height));
    this.size = { width: photo.width, height: photo.height };
    this.source = document.createElement('canvas');
    this.source.width = Math.max(1, Math.round(photo.width * scale));
    this.source.height = Math.max(1, Math.round(photo.height * scale));
    const { width, height } = this.source;
    this.source.getContext('2d')!.drawImage(photo.drawable, 0, 0, width, height);
    this.frame = frame;
    this.map = start ?? covering(photo.width, photo.height, frame);
    drawGuide(byId<SVGSVGElement>('framing-guide'), frame);
    this.dialog.showModal();
    this.canvas.focus();
    this.draw();
    return new Promise((resolve) => (this.finish = resolve));
  }

  private close(map: Similarity | null): void {
    this.dialog.close();
    this.source = null;
    this.finish(map);
  }

  private startOver(): void {
    if (!this.source || !this.frame) return;
    this.map = covering(this.size.width, this.size.height, this.frame);
    this.draw();
  }

  private turn(scale: number, degrees: number): void {
    const box = this.frame?.box;
    if (!box) return;
    const middle = { x: box.left + (box.width - 1) / 2, y: box.top + (box.height - 1) / 2 };
    this.move((map) => turnedAbout(map, middle, scale, degrees));
  }

  private move(change: (map: Similarity) => Similarity): void {
    if (!this.map || !this.source || !this.frame) return;
    this.map = withinReach(change(this.map), this.size.width, this.size.height, this.frame);
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const far = event.shiftKey ? 5 : 1;
    const step = KEY_MOVE * far;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.move((map) => movedBy(map, -step, 0)),
      ArrowRight: () => this.move((map) => movedBy(map, step, 0)),
      ArrowUp: () => this.move((map) => movedBy(map, 0, -step)),
      ArrowDown: () => this.move((map) => movedBy(map, 0, step)),
      '+': () => this.turn(ZOOM_STEP, 0),
      '=': () => this.turn(ZOOM_STEP, 0),
      '-': () => this.turn(1 / ZOOM_STEP, 0),
      ',': () => this.turn(1, -TURN_STEP),
      '.': () => this.turn(1, TURN_STEP),
      '0': () => this.startOver(),
    };
    const action = moves[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }

  /** Draws at most once per animation frame. */
  private draw(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    if (!this.map || !this.source || !this.frame) return;
    const side = Math.round(this.canvas.clientWidth * Math.min(3, devicePixelRatio));
    if (side === 0) return;
    this.canvas.width = side;
    this.canvas.height = side;
    const { box } = this.frame;
    const zoom = side / box.width;
    const context = this.canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    // From pixel centres to corners and back: photo corner (0, 0) is at (-0.5, -0.5).
    context.setTransform(zoom, 0, 0, zoom, -(box.left - 0.5) * zoom, -(box.top - 0.5) * zoom);
    const { factor, shift } = this.map;
    context.transform(factor.x, factor.y, -factor.y, factor.x, shift.x, shift.y);
    context.drawImage(this.source, -0.5, -0.5, this.size.width, this.size.height);
  }
}
