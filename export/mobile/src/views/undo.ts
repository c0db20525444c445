/** Undo and redo of a face's edit, by buttons and keys; every face has its own steps. */
import type { EditState } from '../editing';
import { History } from '../model/history';
import { byId } from './dom';

/** A drag of a slider is one step. */
const TOGETHER_MS = 1000;

export interface UndoEvents {
  readonly current: () => EditState | null;
  readonly restore: (state: EditState) => void;
}

export class Undo {
  private readonly undo = byId<HTMLButtonElement>('undo');
  private readonly redo = byId<HTMLButtonElement>('redo');
  private readonly histories = new WeakMap<object, History<EditState>>();
  private history = new History<EditState>(TOGETHER_MS);

  constructor(private readonly events: UndoEvents) {
    this.undo.addEventListener('click', () => this.step('undo'));
    this.redo.addEventListener('click', () => this.step('redo'));
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** For models without it. */
  hide(): void {
    this.undo.hidden = this.redo.hidden = true;
  }

  /** `face`: whose steps are undone from now on. */
  follow(face: object): void {
    this.history = this.histories.get(face) ?? new History(TOGETHER_MS);
    this.histories.set(face, this.history);
    this.show();
  }

  /** To be called before a step; steps with the same key in quick succession are one. */
  record(key: string): void {
    const state = this.events.current();
    if (!state) return;
    this.history.record(state, key, performance.now());
    this.show();
  }

  private step(direction: 'undo' | 'redo'): void {
    const current = this.events.current();
    const state = current && this.history[direction](current);
    if (state) this.events.restore(state);
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || this.undo.hidden) return;
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
