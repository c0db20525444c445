/** Saving and sharing the edited picture. */
import { asProblem } from '../problem';
import { byId, make } from './dom';
import type { Notices } from './notices';
import type { Stage } from './stage';

export class Output {
  private readonly save = byId<HTMLButtonElement>('save');
  private readonly share = byId<HTMLButtonElement>('share');

  constructor(
    private readonly stage: Stage,
    private readonly notices: Notices,
  ) {
    this.save.addEventListener('click', () => void this.guarded(() => this.download()));
    this.share.addEventListener('click', () => void this.guarded(() => this.send()));
    this.share.hidden = !canShareFiles();
  }

  set enabled(enabled: boolean) {
    this.save.disabled = !enabled;
    this.share.disabled = !enabled;
  }

  private async download(): Promise<void> {
    const file = await this.stage.png();
    const url = URL.createObjectURL(file);
    make('a', { href: url, download: file.name }).click();
    // Once the download has begun the address is not needed; some browsers begin late.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  private async send(): Promise<void> {
    const file = await this.stage.png();
    try {
      await navigator.share({ files: [file], title: 'Edited face' });
    } catch (error) {
      // People may close the share sheet.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    }
  }

  private async guarded(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const problem = asProblem(error, 'The picture could not be handed over.', 'Try again.');
      this.notices.problem(problem);
    }
  }
}

function canShareFiles(): boolean {
  if (!navigator.canShare) return false;
  return navigator.canShare({ files: [new File([''], 'face.png', { type: 'image/png' })] });
}
