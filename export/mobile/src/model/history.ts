/** Undo and redo: the states before each step, and those that were undone. */
export class History<State> {
  private past: State[] = [];
  private future: State[] = [];
  private last: { readonly key: string; readonly time: number } | null = null;

  /** `togetherMs`: steps with the same key that follow each other faster are undone at once. */
  constructor(private readonly togetherMs: number) {}

  /** To be called before a step, with the state that it leaves; `now` in milliseconds. */
  record(before: State, key: string, now: number): void {
    const { last } = this;
    const together = last?.key === key && now - last.time < this.togetherMs && this.future.length === 0;
    if (!together) this.past.push(before);
    this.future = [];
    this.last = { key, time: now };
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** The state before the last step; null if there was none. */
  undo(current: State): State | null {
    return this.moved(this.past, this.future, current);
  }

  redo(current: State): State | null {
    return this.moved(this.future, this.past, current);
  }

  private moved(from: State[], to: State[], current: State): State | null {
    const state = from.pop();
    if (state === undefined) return null;
    to.push(current);
    this.last = null;
    return state;
  }
}
