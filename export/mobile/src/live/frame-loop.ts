/** Works on one frame after another, never on two at once, and rests while the page is hidden. */

/** Frames a second are counted over this time. */
const COUNTED_MS = 1000;

export interface FrameLoopEvents {
  /** Works on the newest frame. */
  readonly work: () => Promise<void>;
  /** Calls back when there may be a new frame. */
  readonly whenNew: (callback: () => void) => void;
  /** Frames a second; 0 if there were none. */
  readonly rate: (perSecond: number) => void;
  readonly failed: (error: unknown) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

export class FrameLoop {
  private running = false;
  private hidden = false;
  private working = false;
  private finished: number[] = [];

  constructor(private readonly events: FrameLoopEvents) {}

  start(): void {
    this.running = true;
    this.finished = [];
    this.ask();
  }

  /** A frame in work is completed. */
  stop(): void {
    this.running = false;
  }

  /** Whether the page is hidden. */
  set pageHidden(hidden: boolean) {
    this.hidden = hidden;
    if (hidden) this.finished = [];
    else this.ask();
  }

  private ask(): void {
    if (this.goes && !this.working) this.events.whenNew(() => void this.frame());
  }

  private get goes(): boolean {
    return this.running && !this.hidden;
  }

  private async frame(): Promise<void> {
    if (!this.goes || this.working) return;
    this.working = true;
    try {
      await this.events.work();
      this.count();
    } catch (error) {
      this.running = false;
      this.events.failed(error);
    } finally {
      this.working = false;
      this.ask();
    }
  }

  private count(): void {
    const now = this.events.now();
    this.finished = [...this.finished, now].filter((time) => now - time < COUNTED_MS);
    const [first] = this.finished;
    const intervals = this.finished.length - 1;
    this.events.rate(intervals > 0 ? (1000 * intervals) / (now - first!) : 0);
  }
}
