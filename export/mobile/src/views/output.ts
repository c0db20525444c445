/** Saving and sharing the edited picture. */
import { asProblem } from '../problem';
import type { FullSizeOutput } from '../subject';
import { byId, make } from './dom';
import type { Notices } from './notices';
import { Saving } from './saving';
import { texts } from '../texts/texts';

/** A note is shown if saving takes longer than this. */
const PATIENCE_MS = 400;

export class Output {
  private readonly save = byId<HTMLButtonElement>('save');
  private readonly share = byId<HTMLButtonElement>('share');

  private readonly saving = new Saving();
  private output: FullSizeOutput | null = null;

  constructor(private readonly notices: Notices) {
    this.save.addEventListener('click', () => {
      if (!this.output) return;
      this.saving.open(this.output, () => void this.guarded(() => this.download()));
    });
    this.share.addEventListener('click', () => void this.guarded(() => this.send()));
    this.share.hidden = !canShareFiles();
  }

  /** The picture to save; null if there is none yet. */
  offer(output: FullSizeOutput | null): void {
    this.output = output;
    this.save.disabled = !output;
    this.share.disabled = !output;
  }

  private async download(): Promise<void> {
    const file = await this.written();
    const url = URL.createObjectURL(file);
    make('a', { href: url, download: file.name }).click();
    // The URL is not needed once the download has begun, which some browsers delay.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  private async send(): Promise<void> {
    const file = await this.written();
    try {
      await navigator.share({ files: [file], title: texts.editedPicture });
    } catch (error) {
      // The user may close the share sheet.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    }
  }

  /** Large pictures take a while; a second tap in the meantime would write them twice. */
  private async written(): Promise<File> {
    const { output } = this;
    if (!output) throw new Error('There is no edited picture yet.');
    const buttons = [this.save, this.share];
    for (const button of buttons) button.disabled = true;
    let said = false;
    const timer = setTimeout(() => {
      said = true;
      this.notices.note(texts.savingNow);
    }, PATIENCE_MS);
    try {
      return await output.write(this.saving.format(output.type));
    } finally {
      clearTimeout(timer);
      if (said) this.notices.clearNote();
      for (const button of buttons) button.disabled = !this.output;
    }
  }

  private async guarded(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const problem = asProblem(error, texts.notSavedOrShared, texts.tryAgain);
      this.notices.problem(problem);
    }
  }
}

function canShareFiles(): boolean {
  if (!navigator.canShare) return false;
  return navigator.canShare({ files: [new File([''], 'face.png', { type: 'image/png' })] });
}
