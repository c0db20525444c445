/** A model.json and LiteRT files that the user has opened on the device. */
import { Problem } from '../problem';
import { type ModelDescription, type ModelFile, parseDescription } from './description';
import { checkedDigest, type FetchedModel, type ModelSource } from './model-source';
import { texts } from '../texts/texts';

export class OpenedModel implements ModelSource {
  /** `files`: as chosen by the user, in any order. */
  constructor(private readonly files: readonly File[]) {}

  /** Lists only the files that were opened. */
  async description(): Promise<ModelDescription> {
    const found = this.files.filter(({ name }) => name.endsWith('.json'));
    const [described] = found;
    if (!described || found.length > 1) {
      const names = this.files.map(({ name }) => name).join(', ');
      throw new Problem(
        texts.oneDescription,
        texts.openedFiles(names || texts.nothing),
        texts.openedRemedy,
      );
    }
    const whole = parseDescription(await described.text());
    const files = whole.files.filter(({ name }) => this.named(name));
    if (!files.some(({ role }) => role === 'edit')) {
      const wanted = whole.files.filter(({ role }) => role === 'edit').map(({ name }) => name);
      throw new Problem(
        texts.withoutFile(described.name),
        texts.listedFiles(wanted.join(', ')),
        texts.openedRemedy,
      );
    }
    return { ...whole, files };
  }

  async file(file: ModelFile): Promise<FetchedModel> {
    const opened = this.named(file.name);
    if (!opened) throw new Error(`${file.name} was not opened.`);
    const bytes = new Uint8Array(await opened.arrayBuffer());
    return { bytes, verified: await checkedDigest(file, bytes, texts.openedRemedy) };
  }

  /** Opened models are not kept for the next visit. */
  inUse(): Promise<void> {
    return Promise.resolve();
  }

  private named(wanted: string): File | undefined {
    return this.files.find(({ name }) => name === wanted);
  }
}
