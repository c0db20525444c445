/** The button that switches between the face close up and the whole photo. */
import type { Subject } from '../subject';
import { byId } from './dom';
import { texts } from '../texts/texts';

export class CloseUp {
  private readonly button = byId<HTMLButtonElement>('close-up');
  private subject: Subject | null = null;

  constructor(onChange: () => void) {
    this.button.addEventListener('click', () => {
      if (!this.subject) return;
      this.subject.closeUp = !this.subject.closeUp;
      onChange();
    });
  }

  show(subject: Subject): void {
    this.subject = subject;
    this.button.hidden = !subject.hasCloseUp;
    byId('close-up-text').textContent = subject.closeUp ? texts.wholePhoto : texts.closeUp;
  }
}
