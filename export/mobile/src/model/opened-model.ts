/** A model.json and LiteRT files that the user has opened on the device. */
import { Problem } from '../problem';
import { type ModelDescription, type ModelFile, parseDescription } from './description';
import { checkedDigest, type FetchedModel, type ModelSource } from './model-source';

const CHOOSE_BOTH = 'Choose model.json and the .tflite files of the same exported folder together.';

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
        'A model needs exactly one model.json.',
        `Opened: ${names || 'nothing'}.`,
        CHOOSE_BOTH,
      );
    }
    const whole = parseDescription(await described.text());
    const files = whole.files.filter(({ name }) => this.named(name));
    if (!files.some(({ role }) => role === 'edit')) {
      const wanted = whole.files.filter(({ role }) => role === 'edit').map(({ name }) => name);
      throw new Problem(
        `${described.name} was opened without its LiteRT file.`,
        `It lists ${wanted.join(', ')}: at least one of them is needed.`,
        CHOOSE_BOTH,
      );
    }
    return { ...whole, files };
  }

  async file(file: ModelFile): Promise<FetchedModel> {
    const opened = this.named(file.name);
    if (!opened) throw new Error(`${file.name} was not opened.`);
    const bytes = new Uint8Array(await opened.arrayBuffer());
    return { bytes, verified: await checkedDigest(file, bytes, CHOOSE_BOTH) };
  }

  /** Opened models are not kept for the next visit. */
  inUse(): Promise<void> {
    return Promise.resolve();
  }

  private named(wanted: string): File | undefined {
    return this.files.find(({ name }) => name === wanted);
  }
}
