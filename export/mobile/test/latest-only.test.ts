import { describe, expect, it } from 'vitest';

import { LatestOnly } from '../src/model/latest-only';

describe('LatestOnly', () => {
  it('runs one at a time and only the newest of those that wait', async () => {
    const begun: number[] = [];
    let running = 0;
    let finish: () => void = () => undefined;
    const runs = new LatestOnly<number>(async (request) => {
      begun.push(request);
      expect(++running).toBe(1);
      await new Promise<void>((resolve) => (finish = resolve));
      running--;
    });
    for (const request of [1, 2, 3, 4]) runs.submit(request);
    expect(begun).toEqual([1]);
    expect(runs.behind).toBe(true);
    finish();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(begun).toEqual([1, 4]);
    expect(runs.behind).toBe(false);
    finish();
    await runs.idle();
    runs.submit(5);
    expect(begun).toEqual([1, 4, 5]);
    finish();
    await runs.idle();
  });

  it('forgets what waits', async () => {
    const begun: number[] = [];
    const runs = new LatestOnly<number>(async (request) => {
      begun.push(request);
      await Promise.resolve();
    });
    runs.submit(1);
    runs.submit(2);
    runs.discard();
    await runs.idle();
    expect(begun).toEqual([1]);
  });
});
