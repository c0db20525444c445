/** Undo and redo of an edit, by buttons and keys; every picture or face has its own steps. */
import { History } from '../model/history';
import { byId } from './dom';

/** A drag of a slider is one step. */
const TOGETHER_MS = 1000;

type Restore = () => void;

export class Undo {
  private readonly undo = byId<HTMLButtonElement>('undo');
  private readonly redo = byId<HTMLButtonElement>('redo');
  private histories = new WeakMap<object, History<Restore>>();
  private history = new History<Restore>(TOGETHER_MS);
  private snapshot: () => Restore = () => () => undefined;

  constructor() {
    this.undo.addEventListener('click', () => this.step('undo'));
    this.redo.addEventListener('click', () => this.step('redo'));
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** `snapshot` returns what restores the present state. Earlier steps, of another model, are dropped. */
  serve(snapshot: () => Restore): void {
    this.snapshot = snapshot;
    this.histories = new WeakMap();
    this.history = new History(TOGETHER_MS);
    this.show();
  }

  /** `subject`: whose steps are undone from now on. */
  follow(subject: object): void {
    this.history = this.histories.get(subject) ?? new History(TOGETHER_MS);
    this.histories.set(subject, this.history);
    this.show();
  }

  /** To be called before a step; steps with the same key in quick succession are one. */
  record(key: string): void {
    this.history.record(this.snapshot(), key, performance.now());
    this.show();
  }

  private step(direction: 'undo' | 'redo'): void {
    this.history[direction](this.snapshot())?.();
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (document.querySelector('dialog[open]')) return;
    const letter = event.key.toLowerCase();
    if (letter !== 'z' && letter !== 'y') return;
    event.preventDefault();
    this.step(letter === 'y' || event.shiftKey ? 'redo' : 'undo');
  }

  private show(): void {
    this.undo.disabled = !this.history.canUndo;
    this.redo.disabled = !this.history.canRedo;
  }
}
