import { describe, expect, it } from 'vitest';

import { History } from '../src/model/history';

describe('undo and redo', () => {
  it('go back and forth between states', () => {
    const history = new History<number>(1000);
    expect(history.undo(0)).toBeNull();
    history.record(0, 'a', 0);
    history.record(1, 'b', 10);
    expect(history.undo(2)).toBe(1);
    expect(history.undo(1)).toBe(0);
    expect(history.canUndo).toBe(false);
    expect(history.redo(0)).toBe(1);
    expect(history.redo(1)).toBe(2);
    expect(history.canRedo).toBe(false);
  });

  it('take a drag of a slider as one step, and two drags as two', () => {
    const history = new History<number>(1000);
    for (const [before, time] of [[0, 0], [1, 400], [2, 1300], [3, 2400]] as const) {
      history.record(before, 'a', time);
    }
    expect(history.undo(4)).toBe(3);
    expect(history.undo(3)).toBe(0);
  });

  it('forget what was undone after another step, which is not joined to earlier ones', () => {
    const history = new History<number>(1000);
    history.record(0, 'a', 0);
    history.record(1, 'b', 1);
    expect(history.undo(2)).toBe(1);
    history.record(1, 'b', 2);
    expect(history.canRedo).toBe(false);
    expect(history.undo(5)).toBe(1);
    expect(history.undo(1)).toBe(0);
  });
});
