/**
 * Small previews of each attribute's edit, one model run at a time and only while no edit is under way,
 * so that sliders never wait for more than one of them.
 */
import type { Editing } from './editing';
import type { RgbImage } from './imaging/pixels';
import type { Subject } from './subject';

export class Previews {
  private subject: Subject | null = null;
  private visible = new Set<number>();
  private done = new Set<number>();
  private working = false;
  private ready = false;

  /** `strength` of the edit shown for an attribute; `show` is called with each finished preview. */
  constructor(
    private readonly editing: Editing,
    private readonly strength: (index: number) => number,
    private readonly show: (index: number, image: RgbImage) => void,
  ) {}

  /** Whether a model is loaded. */
  set enabled(enabled: boolean) {
    this.ready = enabled;
    this.done.clear();
    void this.work();
  }

  /** Previews of another picture are dropped. */
  follow(subject: Subject | null): void {
    this.subject = subject;
    this.done.clear();
    void this.work();
  }

  /** Which previews can be seen. */
  see(index: number, visible: boolean): void {
    if (visible) this.visible.add(index);
    else this.visible.delete(index);
    void this.work();
  }

  /** To be computed anew, all if none is named. */
  stale(index?: number): void {
    if (index === undefined) this.done.clear();
    else this.done.delete(index);
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let next = this.next(); next !== undefined; next = this.next()) {
        const { subject } = this;
        await this.editing.idle();
        if (!subject || !this.ready || subject !== this.subject) continue;
        this.done.add(next);
        const image = await this.editing.preview(subject, next, this.strength(next));
        if (subject === this.subject) this.show(next, image);
      }
    } catch (error) {
      console.warn(`The previews of edits stopped: ${String(error)}`);
    } finally {
      this.working = false;
    }
  }

  private next(): number | undefined {
    if (!this.ready || !this.subject) return undefined;
    return [...this.visible].sort((a, b) => a - b).find((index) => !this.done.has(index));
  }
}
