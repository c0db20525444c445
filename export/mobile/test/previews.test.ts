import { describe, expect, it } from 'vitest';

import type { Editing } from '../src/editing';
import type { RgbImage } from '../src/imaging/pixels';
import { Previews } from '../src/previews';
import type { Subject } from '../src/subject';

/** An Editing whose runs end when the test says so. */
class SlowEditing {
  readonly asked: [string, number, number][] = [];
  most = 0;
  private finish: (() => void)[] = [];
  private free: (() => void)[] = [];
  busy = false;

  idle = (): Promise<void> =>
    this.busy ? new Promise((resolve) => this.free.push(resolve)) : Promise.resolve();

  async preview(subject: Subject, index: number, strength: number): Promise<RgbImage> {
    this.asked.push([subject.label, index, strength]);
    await new Promise<void>((resolve) => {
      this.finish.push(resolve);
      this.most = Math.max(this.most, this.finish.length);
    });
    return { width: index, height: 1, data: new Uint8Array() };
  }

  async end(): Promise<void> {
    this.finish.shift()?.();
    await settled();
  }

  async release(): Promise<void> {
    this.busy = false;
    for (const resolve of this.free.splice(0)) resolve();
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const picture = (label: string): Subject => ({ label }) as Subject;

function previews(editing: SlowEditing): { work: Previews; shown: number[] } {
  const shown: number[] = [];
  const strength = (index: number): number => index / 10;
  const work = new Previews(editing as unknown as Editing, strength, (index) => shown.push(index));
  return { work, shown };
}

describe('Previews', () => {
  it('computes one at a time, only those seen, in their order', async () => {
    const editing = new SlowEditing();
    const { work, shown } = previews(editing);
    work.see(7, true);
    work.see(2, true);
    work.follow(picture('a'));
    work.enabled = true;
    await settled();
    for (let run = 0; run < 4; run++) await editing.end();
    expect(editing.asked).toEqual([['a', 2, 0.2], ['a', 7, 0.7]]);
    expect(shown).toEqual([2, 7]);
    expect(editing.most).toBe(1);
  });

  it('waits for edits', async () => {
    const editing = new SlowEditing();
    const { work } = previews(editing);
    editing.busy = true;
    work.see(1, true);
    work.follow(picture('a'));
    work.enabled = true;
    await settled();
    expect(editing.asked).toEqual([]);
    await editing.release();
    expect(editing.asked).toHaveLength(1);
  });

  it('drops those of another picture', async () => {
    const editing = new SlowEditing();
    const { work, shown } = previews(editing);
    work.see(1, true);
    work.enabled = true;
    work.follow(picture('a'));
    await settled();
    work.follow(picture('b'));
    await editing.end();
    expect(shown).toEqual([]);
    await editing.end();
    expect(shown).toEqual([1]);
    expect(editing.asked.map(([label]) => label)).toEqual(['a', 'b']);
    work.follow(null);
    work.stale();
    await settled();
    expect(editing.asked).toHaveLength(2);
  });

  it('computes again what has become stale', async () => {
    const editing = new SlowEditing();
    const { work, shown } = previews(editing);
    work.see(3, true);
    work.enabled = true;
    work.follow(picture('a'));
    await settled();
    await editing.end();
    work.stale(3);
    await settled();
    await editing.end();
    expect(shown).toEqual([3, 3]);
  });
});
