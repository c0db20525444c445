/** The page: connects the model, the picture and the controls. */
import { DomainControls, type Seen } from './domain-controls';
import { Detector } from './detector';
import type { FoundFace } from './detection/face-finder';
import { Editing, type EditState } from './editing';
import { type Frame, frameOf } from './imaging/frame';
import type { OpenPicture } from './imaging/open-picture';
import type { ModelDescription, ModelFile } from './model/description';
import { filesOf } from './model/description';
import { attributeLabel } from './model/attribute-label';
import { needsDomain } from './model/domains';
import { attributesThatMatter } from './model/edit-vector';
import { ModelStore } from './model/model-store';
import { defaultFile, precisionLabel } from './model/precision';
import { asProblem, Problem } from './problem';
import type { AcceleratorWish, EditShape, Loaded } from './runtime/protocol';
import { ModelRunner } from './runtime/model-runner';
import { byId } from './views/dom';
import { FACES, FaceSources, LANDSCAPES } from './face-sources';
import type { Subject } from './subject';
import { CloseUp } from './views/close-up';
import { Notices } from './views/notices';
import { Output } from './views/output';
import { Settings } from './views/settings';
import { Sliders } from './views/sliders';
import { SourceAttributes } from './views/source-attributes';
import { Stage } from './views/stage';
import { Undo } from './views/undo';
import { speakOfPictures } from './views/wording';
import { ACCELERATOR_NAMES, factsOf } from './views/facts';
import type { OfflineState } from './offline/registration';

const WHY_TICK = 'so that an edit can remove what the new attribute replaces, such as the old hair colour.';
const AGAIN = 'Try again; if it fails again, reload the page.';

export class App {
  private readonly notices = new Notices();
  private readonly stage = new Stage();
  private readonly runner = new ModelRunner();
  private readonly sliders = new Sliders(
    (index, value) => this.change(index, value),
    () => this.startOver(),
  );
  private readonly ticks = new SourceAttributes((index, on) => {
    this.undo.record(`source ${index}`);
    this.editing?.setSource(index, on);
  });
  private readonly undo = new Undo({
    current: () => (this.face && this.editing ? this.editing.state() : null),
    restore: (state) => this.restore(state),
  });
  private readonly settings = new Settings({
    precision: (file) => void this.load(file, this.wish),
    accelerator: (wish) => this.file && void this.load(this.file, wish),
  });
  private readonly detector = new Detector(this.runner);
  private readonly faces = new FaceSources(
    this.notices,
    (face) => this.show(face),
    (picture) => this.find(picture),
  );
  private readonly output = new Output(this.notices);
  private readonly closeUp = new CloseUp(() => this.face && this.show(this.face));

  private model: ModelDescription | null = null;
  private editing: Editing | null = null;
  /** For models that translate between domains, instead of sliders. */
  private domains: DomainControls | null = null;
  private face: Subject | null = null;
  /** The edits of faces that were shown before. */
  private readonly kept = new WeakMap<object, EditState>();
  /** Faces that the classifier has seen. */
  private readonly known = new WeakSet<Subject>();
  private frame: Frame | null = null;
  private file: ModelFile | null = null;
  private wish: AcceleratorWish = 'auto';
  private loaded: (Loaded & { readonly verified: boolean }) | null = null;
  private classifier: 'none' | 'loading' | 'loaded' = 'none';
  private saidGuess = false;
  private milliseconds: number | null = null;
  private loads = 0;

  /** `offline` resolves once it is known whether the service worker serves the page. */
  constructor(
    private readonly store: ModelStore,
    private readonly wasmFolder: string,
    private readonly offline: Promise<OfflineState>,
  ) {
    void offline.then(() => this.showFacts());
  }

  offerUpdate(change: () => void): void {
    this.notices.note('A new version of this page is available.', { label: 'Reload', run: change });
  }

  /** Reads the model's description, shows the first face, then loads the model. */
  async start(): Promise<void> {
    this.stage.setLoading('Loading…');
    try {
      const model = await this.store.description();
      this.model = model;
      this.frame = frameOf(model.crop, model.trainingFrame, model.imageSize);
      this.editing = new Editing(model, this.runner, {
        busy: (busy) => (this.stage.busy = busy),
        edited: ({ image, output }, milliseconds) => {
          this.milliseconds = milliseconds;
          this.stage.setEdited(image);
          this.output.offer(output);
          this.showFacts();
        },
        failed: (error) => this.editFailed(error),
      });
      if (model.domains.length > 0) {
        this.domains = new DomainControls(model, this.editing);
        this.undo.hide();
      } else {
        this.sliders.build(model.attributes, model.largestIntensity, model.trainedIntensity);
        this.ticks.build(model.attributes, attributesThatMatter(model));
      }
      if (model.seesWholePictures) speakOfPictures();
      if (this.sourceMatters && filesOf(model, 'classify').length > 0) this.classifier = 'loading';
      this.settings.showFiles(filesOf(model, 'edit'));
      const whole = { size: model.imageSize, resize: model.resize };
      const gallery = model.domains.length > 0 ? LANDSCAPES : FACES;
      const rule = model.seesWholePictures ? whole : null;
      await this.faces.start(this.frame, model.imageSize, rule, gallery);
    } catch (error) {
      this.fail(error, 'The model could not be read.', () => void this.start());
      return;
    }
    await this.startRuntime();
  }

  private async startRuntime(): Promise<void> {
    this.stage.setLoading('Getting ready…');
    try {
      // The service worker fetches the WebAssembly once, for this and for offline visits.
      await this.offline;
      await this.runner.start(this.wasmFolder);
    } catch (error) {
      const problem = new Problem(
        'The LiteRT runtime could not be started.',
        error instanceof Error ? error.message : String(error),
        'Use an up-to-date browser (WebAssembly with SIMD is required), then try again.',
      );
      this.fail(problem, '', () => void this.startRuntime());
      return;
    }
    const model = this.model!;
    await this.load(defaultFile(filesOf(model, 'edit')), this.wish);
    if (!model.seesWholePictures) this.detector.start();
    if (this.classifier !== 'none') await this.loadClassifier();
  }

  /** Loads another file or accelerator; if that fails, the previous one stays in use. */
  private async load(file: ModelFile, wish: AcceleratorWish): Promise<void> {
    const { model, editing } = this;
    if (!model || !editing) return;
    const turn = ++this.loads;
    this.settings.mark(file.precision, wish);
    this.notices.clearProblem();
    this.stage.busy = true;
    this.stage.setLoading(`Loading ${precisionLabel(file.precision).toLowerCase()}…`);
    try {
      const fetched = await this.store.file(file, (share) => {
        if (turn === this.loads) this.stage.setLoading('Loading the model…', share);
      });
      if (turn !== this.loads) return;
      this.stage.setLoading('Preparing the model…');
      editing.modelReady = false;
      const loaded = await this.runner.load('edit', fetched.bytes, shapeOf(model), wish);
      if (turn !== this.loads) return;
      this.file = file;
      this.wish = wish;
      this.loaded = { ...loaded, verified: fetched.verified };
      this.stage.setLoading(null);
      if (loaded.note && wish === 'webgpu') this.notices.note(loaded.note);
      else this.notices.clearNote();
      await this.store.forgetOthers(model);
    } catch (error) {
      if (turn !== this.loads) return;
      if (this.file) this.settings.mark(this.file.precision, this.wish);
      const title = `${file.name} cannot be used with this model.json.`;
      const remedy = 'Copy the whole exported folder to models/ again, then try again.';
      const problem = asProblem(error, title, remedy);
      this.fail(problem, '', () => void this.load(file, wish));
    }
    this.sliders.enabled = this.loaded !== null;
    if (this.domains) this.domains.enabled = this.loaded !== null;
    if (this.loaded) editing.modelReady = true;
    else this.stage.busy = false;
    this.showFacts();
  }

  private async loadClassifier(): Promise<void> {
    const { model } = this;
    const files = model ? filesOf(model, 'classify') : [];
    if (!model || files.length === 0) return;
    const file = defaultFile(files);
    this.classifier = 'loading';
    try {
      const { bytes } = await this.store.file(file, () => undefined);
      await this.runner.load('classify', bytes, shapeOf(model), 'wasm');
      this.classifier = 'loaded';
      await this.findSource();
    } catch (error) {
      this.classifier = 'none';
      await this.findSource();
      const problem = asProblem(error, `${file.name} cannot be used.`, AGAIN);
      this.notices.problem(problem, () => void this.loadClassifier());
    }
  }

  private async find(picture: OpenPicture): Promise<readonly FoundFace[]> {
    this.stage.setLoading('Looking for faces…');
    try {
      const faces = await this.detector.find(picture);
      const several = faces.length > 1 ? `${faces.length} faces found.` : 'One face found.';
      const none = 'No face was found: align it by hand.';
      this.announce(faces.length > 0 ? several : none);
      return faces;
    } finally {
      this.stage.setLoading(null);
    }
  }

  private show(face: Subject): void {
    const { model, editing } = this;
    if (!model || !editing) return;
    const another = face.identity !== this.face?.identity;
    if (another && this.face) this.kept.set(this.face.identity, editing.state());
    const kept = this.kept.get(face.identity);
    this.face = face;
    this.output.offer(null);
    this.stage.setOriginal(face.original(), face.label);
    this.closeUp.show(face);
    if (another && this.domains) this.domains.startOver();
    else if (another && kept) {
      editing.replace(kept.values, kept.source);
      this.sliders.show(editing.values);
    } else if (another) {
      this.reset();
      const known = face.attributes;
      editing.replaceSource(model.attributes.map((name) => (known ? Number(known.includes(name)) : NaN)));
    }
    this.undo.follow(face.identity);
    editing.edit(face);
    void this.findSource();
  }

  /** Ticks what the face has: known for drawn faces, otherwise predicted by the classifier. */
  private async findSource(): Promise<void> {
    const { model, editing, face } = this;
    if (!model || !editing || !face || !this.sourceMatters) return;
    if (this.domains) {
      await this.findDomain(this.domains, face);
      return;
    }
    if (this.known.has(face)) {
      this.ticks.show(editing.source, 'As before for this face.');
    } else if (face.attributes) {
      this.ticks.show(editing.source, 'Known for this drawn face.');
    } else if (this.classifier === 'loading') {
      this.ticks.show(editing.source, 'Looking at the face…');
    } else if (this.classifier === 'none') {
      const why = model.needsSource ? 'because this model needs to know them.' : WHY_TICK;
      this.ticks.show(editing.source, `Tick the attributes that this face has, ${why}`, model.needsSource);
    } else {
      const { values } = await this.runner.classify(face.input(model.imageSize));
      if (face !== this.face) return;
      editing.replaceSource(values.map((probability) => Number(probability > 0.5)));
      this.known.add(face);
      this.ticks.show(editing.source, 'Predicted by the classifier. Correct any mistakes.');
    }
  }

  private async findDomain(domains: DomainControls, face: Subject): Promise<void> {
    let seen: Seen = this.classifier === 'loading' ? 'loading' : 'none';
    if (this.classifier === 'loaded' && !domains.knows(face)) {
      seen = (await this.runner.classify(face.input(this.model!.imageSize))).values;
    }
    if (face === this.face) domains.find(face, seen);
  }

  private get sourceMatters(): boolean {
    const { model } = this;
    if (!model) return false;
    return model.domains.length > 0 ? needsDomain(model) : attributesThatMatter(model).includes(true);
  }

  private change(index: number, value: number): void {
    const { model, editing } = this;
    if (!model || !editing) return;
    this.undo.record(`value ${index}`);
    const switched = editing.set(index, value).map((other) => model.attributes[other]!);
    this.sliders.show(editing.values);
    if (editing.guesses && this.classifier === 'none' && !this.saidGuess) {
      this.saidGuess = true;
      const name = attributeLabel(model.attributes[index]!);
      this.notices.note(`${name}: tick its current attributes under “What the face has”, ${WHY_TICK}`);
    }
    if (switched.length > 0) {
      const names = switched.map(attributeLabel).join(', ');
      this.announce(`${names} switched off: cannot be combined with ${attributeLabel(model.attributes[index]!)}`);
    }
  }

  /** Back to the unedited face, as a step that can be undone. */
  private startOver(): void {
    if (!this.domains) this.undo.record('reset');
    this.reset();
  }

  private restore({ values, source }: EditState): void {
    const { editing } = this;
    if (!editing) return;
    editing.replace(values, source);
    this.sliders.show(editing.values);
    this.ticks.mark(editing.source);
    this.announce('Edit restored.');
  }

  private reset(): void {
    if (this.domains) this.domains.reset();
    if (!this.editing || this.domains) return;
    this.editing.reset();
    this.sliders.show(this.editing.values);
  }

  private editFailed(error: unknown): void {
    if (this.loaded?.accelerator === 'webgpu' && this.file) {
      const why = error instanceof Error ? error.message : String(error);
      void this.load(this.file, 'wasm').then(() =>
        this.notices.note(`WebGPU failed (${why}), so WebAssembly is used.`),
      );
      return;
    }
    this.notices.problem(asProblem(error, 'The edit failed.', AGAIN), () => {
      if (this.editing) this.editing.modelReady = true;
    });
  }

  private fail(error: unknown, title: string, retry: () => void): void {
    this.stage.setLoading(null);
    if (!this.loaded) {
      this.stage.busy = false;
      byId('status-text').textContent = 'No model';
    }
    this.notices.problem(asProblem(error, title, AGAIN), retry);
  }

  private announce(text: string): void {
    byId('announcement').textContent = text;
  }

  private showFacts(): void {
    const { model, file, loaded, milliseconds } = this;
    if (!model || !file || !loaded) return;
    const name = ACCELERATOR_NAMES[loaded.accelerator];
    const time = milliseconds === null ? '' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
    byId('status-text').textContent = name;
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
