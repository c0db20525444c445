import { describe, expect, it } from 'vitest';

import { FrameLoop } from '../src/live/frame-loop';
import { OneEuro, SmoothLandmarks } from '../src/live/one-euro';

/** Deterministic noise in [-1, 1]. */
const noise = (index: number): number => Math.sin(index * 12.9898) * Math.cos(index * 78.233);
const STEP = 1 / 30;

describe('OneEuro', () => {
  it('starts at the first value and keeps a constant one', () => {
    const filter = new OneEuro();
    expect(filter.next(5, 0, 1)).toBe(5);
    for (let i = 0; i < 10; i++) expect(filter.next(5, STEP, 1)).toBe(5);
  });

  it('calms a face at rest', () => {
    const filter = new OneEuro();
    filter.next(100, 0, 40);
    const away = (from: number): number[] =>
      Array.from({ length: 60 }, (_, i) => Math.abs(filter.next(100 + noise(from + i), STEP, 40) - 100));
    away(0);
    const rms = (values: number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    const raw = rms(Array.from({ length: 60 }, (_, i) => noise(60 + i)));
    expect(rms(away(60))).toBeLessThan(0.5 * raw);
  });

  it('follows a fast one more closely than a slow filter would', () => {
    const [fast, slow] = [new OneEuro(), new OneEuro()];
    fast.next(0, 0, 40);
    slow.next(0, 0, 4e9);
    let position = 0;
    let lags = [0, 0];
    for (let i = 0; i < 30; i++) {
      position += 400 * STEP;
      lags = [fast, slow].map((filter, k) => position - filter.next(position, STEP, k ? 4e9 : 40));
    }
    expect(lags[0]).toBeLessThan(0.3 * lags[1]!);
  });
});

describe('SmoothLandmarks', () => {
  const face = (x: number) => ({
    leftEye: { x, y: 50 }, rightEye: { x: x + 40, y: 50 }, mouth: { x: x + 20, y: 90 },
  });

  it('starts afresh for a face that is somewhere else', () => {
    const smooth = new SmoothLandmarks();
    smooth.next(face(0), 0);
    expect(smooth.next(face(4), STEP).leftEye.x).toBeLessThan(4);
    expect(smooth.next(face(300), 2 * STEP)).toEqual(face(300));
    smooth.forget();
    expect(smooth.next(face(7), 3 * STEP)).toEqual(face(7));
  });
});

/** A loop whose frames come and whose work ends when the test says so. */
function controlled() {
  const callbacks: (() => void)[] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const seen = { works: 0, most: 0, rates: [] as number[], failures: [] as unknown[], now: 0 };
  const loop = new FrameLoop({
    work: () => {
      seen.works++;
      return new Promise<void>((resolve, reject) => {
        ends.push({ resolve, reject });
        seen.most = Math.max(seen.most, ends.length);
      });
    },
    whenNew: (callback) => callbacks.push(callback),
    rate: (rate) => seen.rates.push(rate),
    failed: (error) => seen.failures.push(error),
    now: () => seen.now,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return {
    loop,
    seen,
    waiting: () => callbacks.length,
    frame: async () => (callbacks.splice(0).forEach((callback) => callback()), await settled()),
    end: async (error?: Error) => {
      const end = ends.shift();
      if (error) end?.reject(error);
      else end?.resolve();
      await settled();
    },
  };
}

describe('FrameLoop', () => {
  it('works on one frame at a time and counts them', async () => {
    const { loop, seen, frame, end } = controlled();
    loop.start();
    for (let i = 0; i < 5; i++) {
      await frame();
      await frame();
      seen.now += 50;
      await end();
    }
    expect(seen.most).toBe(1);
    expect(seen.works).toBe(5);
    expect(seen.rates.at(-1)).toBeCloseTo(20);
  });

  it('rests while the page is hidden', async () => {
    const { loop, seen, frame, end } = controlled();
    loop.start();
    await frame();
    loop.pageHidden = true;
    await end();
    await frame();
    expect(seen.works).toBe(1);
    loop.pageHidden = false;
    await frame();
    expect(seen.works).toBe(2);
  });

  it('asks for no more frames once stopped or failed', async () => {
    const { loop, seen, frame, end, waiting } = controlled();
    loop.start();
    await frame();
    loop.stop();
    await end();
    expect(waiting()).toBe(0);
    loop.start();
    await frame();
    await end(new Error('no memory'));
    expect(String(seen.failures)).toMatch(/no memory/);
    expect(waiting()).toBe(0);
  });
});
