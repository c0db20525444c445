/** Which of the model's files runs, and on what; loads files, and says in the settings what is used. */
import type { Editing } from './editing';
import type { Classifier, ClassifierState } from './controls';
import type { ModelDescription, ModelFile } from './model/description';
import { filesOf } from './model/description';
import type { ModelSource } from './model/model-source';
import { defaultFile } from './model/precision';
import { asProblem } from './problem';
import type { OfflineState } from './offline/registration';
import type { AcceleratorWish, EditShape, Loaded } from './runtime/protocol';
import type { ModelRunner } from './runtime/model-runner';
import type { Subject } from './subject';
import { byId } from './views/dom';
import { ACCELERATOR_NAMES, factsOf, noteText } from './views/facts';
import type { Notices } from './views/notices';
import { Settings } from './views/settings';
import type { Stage } from './views/stage';
import { texts } from './texts/texts';


/** A model and what edits with it. */
export interface InUse {
  readonly model: ModelDescription;
  readonly editing: Editing;
  readonly source: ModelSource;
  /** Called once it is known whether the model can be used. */
  readonly enable: (enabled: boolean) => void;
  /** Called when the classifier becomes available, or turns out not to be. */
  readonly classifierChanged: () => Promise<void>;
}

export class ModelLoading implements Classifier {
  private readonly settings = new Settings({
    precision: (file) => void this.load(file, this.wish),
    accelerator: (wish) => this.file && void this.load(this.file, wish),
  });
  private use: InUse | null = null;
  private file: ModelFile | null = null;
  private wish: AcceleratorWish = 'auto';
  private loaded: (Loaded & { readonly verified: boolean }) | null = null;
  private classifier: ClassifierState = 'none';
  private milliseconds: number | null = null;
  private loads = 0;

  constructor(
    private readonly runner: ModelRunner,
    private readonly stage: Stage,
    private readonly notices: Notices,
    private readonly offline: Promise<OfflineState>,
  ) {
    void offline.then(() => this.showFacts());
  }

  /** Whether a file of the model is in use. */
  get ready(): boolean {
    return this.loaded !== null;
  }

  get state(): ClassifierState {
    return this.classifier;
  }

  /** `classifies`: whether it matters what a picture has. */
  begin(use: InUse, classifies: boolean): void {
    this.use = use;
    this.loads++;
    this.file = this.loaded = this.milliseconds = null;
    const needed = classifies && filesOf(use.model, 'classify').length > 0;
    this.classifier = needed ? 'loading' : 'none';
    this.settings.showFiles(filesOf(use.model, 'edit'));
  }

  /** Whether the runtime can use the model's first file; that file is then in use. Throws otherwise. */
  async tryOut(source: ModelSource, model: ModelDescription): Promise<void> {
    const file = defaultFile(filesOf(model, 'edit'));
    const { bytes } = await source.file(file, () => undefined);
    await this.runner.load('edit', bytes, shapeOf(model), 'wasm');
  }

  /** Loads the file to start with. */
  async loadDefault(): Promise<void> {
    if (this.use) await this.load(defaultFile(filesOf(this.use.model, 'edit')), this.wish);
  }

  async probabilities(subject: Subject): Promise<Float32Array> {
    const { imageSize } = this.use!.model;
    return (await this.runner.classify(subject.input(imageSize))).values;
  }

  async loadClassifier(): Promise<void> {
    const { use } = this;
    if (!use || this.classifier === 'none') return;
    const file = defaultFile(filesOf(use.model, 'classify'));
    try {
      const { bytes } = await use.source.file(file, () => undefined);
      await this.runner.load('classify', bytes, shapeOf(use.model), 'wasm');
      if (use !== this.use) return;
      this.classifier = 'loaded';
      await use.classifierChanged();
    } catch (error) {
      if (use !== this.use) return;
      this.classifier = 'none';
      await use.classifierChanged();
      const problem = asProblem(error, texts.fileUnusable(file.name), texts.again);
      this.notices.problem(problem, () => {
        this.classifier = 'loading';
        void this.loadClassifier();
      });
    }
  }

  /** An edit took this long. */
  timed(milliseconds: number): void {
    this.milliseconds = milliseconds;
    this.showFacts();
  }

  editFailed(error: unknown): void {
    if (this.loaded?.accelerator === 'webgpu' && this.file) {
      const why = error instanceof Error ? error.message : String(error);
      void this.load(this.file, 'wasm').then(() =>
        this.notices.note(texts.gpuFailed(why)),
      );
      return;
    }
    this.notices.problem(asProblem(error, texts.editFailed, texts.again), () => {
      if (this.use) this.use.editing.modelReady = true;
    });
  }

  fail(error: unknown, title: string, retry: () => void): void {
    this.stage.setLoading(null);
    if (!this.loaded) {
      this.stage.busy = false;
      byId('status-text').textContent = texts.noModel;
    }
    this.notices.problem(asProblem(error, title, texts.again), retry);
  }

  /** Loads another file or accelerator; if that fails, the previous one stays in use. */
  private async load(file: ModelFile, wish: AcceleratorWish): Promise<void> {
    const { use } = this;
    if (!use) return;
    const turn = ++this.loads;
    this.settings.mark(file.precision, wish);
    this.notices.clearProblem();
    this.stage.busy = true;
    this.stage.setLoading(texts.loadingModel);
    try {
      const fetched = await use.source.file(file, (share) => {
        if (turn === this.loads) this.stage.setLoading(texts.loadingModel, share);
      });
      if (turn !== this.loads) return;
      this.stage.setLoading(texts.preparingModel);
      use.editing.modelReady = false;
      const loaded = await this.runner.load('edit', fetched.bytes, shapeOf(use.model), wish);
      if (turn !== this.loads) return;
      this.file = file;
      this.wish = wish;
      this.loaded = { ...loaded, verified: fetched.verified };
      this.stage.setLoading(null);
      if (loaded.note && wish === 'webgpu') this.notices.note(noteText(loaded.note));
      else this.notices.clearNote();
      await use.source.inUse(use.model);
    } catch (error) {
      if (turn !== this.loads) return;
      if (this.file) this.settings.mark(this.file.precision, this.wish);
      const title = texts.fileMismatch(file.name);
      const problem = asProblem(error, title, texts.copyFolder);
      this.fail(problem, '', () => void this.load(file, wish));
    }
    if (this.loaded) use.editing.modelReady = true;
    else this.stage.busy = false;
    // After the edit has been asked for, so that it comes before any previews.
    use.enable(this.loaded !== null);
    this.showFacts();
  }

  private showFacts(): void {
    const { use, file, loaded, milliseconds } = this;
    if (!use || !file || !loaded) return;
    const { model } = use;
    const time = milliseconds === null ? '' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
    byId('status-text').textContent = ACCELERATOR_NAMES[loaded.accelerator];
    byId('status-time').textContent = time;
    void this.offline.then((offline) => {
      this.settings.showFacts(factsOf({ model, file, loaded, milliseconds, offline }));
    });
  }
}

function shapeOf(model: ModelDescription): EditShape {
  return {
    imageSize: model.imageSize,
    attributes: model.attributes.length,
    needsSource: model.needsSource,
  };
}
