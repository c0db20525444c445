/** Errors, which stay until they are dealt with, and notes, which can be dismissed. */
import type { Problem } from '../problem';
import { byId } from './dom';

export class Notices {
  private retry: () => void = () => undefined;
  private act: () => void = () => undefined;

  constructor() {
    byId('problem-close').addEventListener('click', () => this.clearProblem());
    byId('problem-retry').addEventListener('click', () => {
      this.clearProblem();
      this.retry();
    });
    byId('note-close').addEventListener('click', () => this.clearNote());
    byId('note-action').addEventListener('click', () => this.act());
  }

  problem(problem: Problem, retry: (() => void) | null = null): void {
    console.warn(problem.message);
    byId('problem-title').textContent = problem.title;
    byId('problem-detail').textContent = problem.detail;
    byId('problem-remedy').textContent = problem.remedy;
    byId('problem-retry').hidden = !retry;
    this.retry = retry ?? this.retry;
    byId('problem').hidden = false;
  }

  clearProblem(): void {
    byId('problem').hidden = true;
  }

  note(text: string, action: { label: string; run: () => void } | null = null): void {
    byId('note-text').textContent = text;
    byId('note-action').textContent = action?.label ?? '';
    byId('note-action').hidden = !action;
    this.act = action?.run ?? this.act;
    byId('note').hidden = false;
  }

  clearNote(): void {
    byId('note').hidden = true;
  }
}
