/** The page: connects the model, the picture and the controls. */
import { AttributeControls } from './attribute-controls';
import type { Controls } from './controls';
import { DomainControls } from './domain-controls';
import { Detector } from './detector';
import type { FoundFace } from './detection/face-finder';
import { Editing } from './editing';
import { FACES, FaceSources, LANDSCAPES } from './face-sources';
import { frameOf } from './imaging/frame';
import type { OpenPicture } from './imaging/open-picture';
import { LiveView } from './live/live-view';
import type { ModelDescription } from './model/description';
import { needsDomain } from './model/domains';
import { attributesThatMatter } from './model/edit-vector';
import type { ModelSource } from './model/model-source';
import { OpenedModel } from './model/opened-model';
import { Strengths } from './model/strengths';
import { ModelLoading } from './model-loading';
import type { OfflineState } from './offline/registration';
import { asProblem, Problem } from './problem';
import { ModelRunner } from './runtime/model-runner';
import type { Subject } from './subject';
import { announce } from './views/announcements';
import { CloseUp } from './views/close-up';
import { Notices } from './views/notices';
import { onOpenedModel } from './views/opening';
import { Output } from './views/output';
import { Stage } from './views/stage';
import { Undo } from './views/undo';
import { speakOf } from './views/wording';
import { texts } from './texts/texts';

export class App {
  private readonly notices = new Notices();
  private readonly stage = new Stage();
  private readonly runner = new ModelRunner();
  private readonly undo = new Undo();
  private readonly detector = new Detector(this.runner);
  private readonly live = new LiveView(this.detector);
  private readonly loading: ModelLoading;
  private readonly faces = new FaceSources(
    this.notices,
    (face) => this.show(face),
    (picture) => this.find(picture),
    this.live,
    (values) => this.controls?.carry?.(values),
  );
  private readonly output = new Output(this.notices);
  private readonly closeUp = new CloseUp(() => this.face && this.show(this.face));

  private model: ModelDescription | null = null;
  private editing: Editing | null = null;
  private controls: Controls | null = null;
  private face: Subject | null = null;
  private runtime: Promise<void> | null = null;

  /** `offline` resolves once it is known whether the service worker serves the page. */
  constructor(
    private readonly pageModel: ModelSource,
    private readonly wasmFolder: string,
    private readonly offline: Promise<OfflineState>,
  ) {
    this.loading = new ModelLoading(this.runner, this.stage, this.notices, offline);
    onOpenedModel((files) => void this.open(files));
  }

  offerUpdate(change: () => void): void {
    this.notices.note(texts.newVersion, { label: texts.reload, run: change });
  }

  /** Reads the model's description, shows the first face, then loads the model. */
  async start(): Promise<void> {
    this.stage.setLoading(texts.loading);
    try {
      await this.begin(this.pageModel, await this.pageModel.description());
    } catch (error) {
      this.loading.fail(error, texts.modelUnreadable, () => void this.start());
      return;
    }
    await this.load();
  }

  private async load(): Promise<void> {
    this.stage.setLoading(texts.gettingReady);
    try {
      await this.startRuntime();
    } catch (error) {
      this.loading.fail(error, '', () => void this.load());
      return;
    }
    await this.loading.loadDefault();
    if (!this.model!.seesWholePictures) this.detector.start();
    await this.loading.loadClassifier();
  }

  /** Uses a model from the device; if it cannot be used, the present one stays. */
  private async open(files: readonly File[]): Promise<void> {
    const { editing } = this;
    const opened = new OpenedModel(files);
    this.notices.clearProblem();
    try {
      const model = await opened.description();
      await this.startRuntime();
      if (editing) editing.modelReady = false;
      await this.loading.tryOut(opened, model);
      if (!model.seesWholePictures) this.detector.start();
      await this.begin(opened, model);
    } catch (error) {
      if (editing && this.loading.ready) editing.modelReady = true;
      this.notices.problem(asProblem(error, texts.openedUnusable, texts.openedRemedy));
      return;
    }
    await this.load();
  }

  private async begin(source: ModelSource, model: ModelDescription): Promise<void> {
    const { undo, loading, notices } = this;
    const editing = new Editing(model, this.runner, {
      busy: (busy) => (this.stage.busy = busy),
      edited: ({ image, output }, milliseconds) => {
        this.stage.setEdited(image);
        this.output.offer(output);
        loading.timed(milliseconds);
      },
      failed: (error) => loading.editFailed(error),
    });
    this.controls?.dispose();
    this.editing?.stop();
    const controls: Controls =
      model.domains.length > 0
        ? new DomainControls(model, editing, undo, loading)
        : new AttributeControls(model, editing, undo, loading, notices);
    this.face = null;
    this.model = model;
    this.editing = editing;
    this.controls = controls;
    const use = {
      model,
      editing,
      source,
      enable: (enabled: boolean) => (controls.enabled = enabled),
      classifierChanged: async () => {
        if (this.face) await controls.look(this.face);
      },
    };
    loading.begin(use, sourceMatters(model));
    const strengths = new Strengths(model.trainedIntensity, model.largestIntensity);
    this.live.use(model.seesWholePictures ? null : { model, editing, strengths });
    speakOf(model.seesWholePictures ? 'pictures' : 'faces');
    const frame = frameOf(model.crop, model.trainingFrame, model.imageSize);
    const whole = { size: model.imageSize, resize: model.resize };
    const gallery = model.domains.length > 0 ? LANDSCAPES : FACES;
    await this.faces.start(frame, model.imageSize, model.seesWholePictures ? whole : null, gallery);
  }

  private startRuntime(): Promise<void> {
    this.runtime ??= this.launch().catch((error: unknown) => {
      this.runtime = null;
      throw new Problem(
        texts.runtimeFailed,
        error instanceof Error ? error.message : String(error),
        texts.runtimeRemedy,
      );
    });
    return this.runtime;
  }

  private async launch(): Promise<void> {
    // The service worker fetches the WebAssembly once, for this and for offline visits.
    await this.offline;
    await this.runner.start(this.wasmFolder);
  }

  private async find(picture: OpenPicture): Promise<readonly FoundFace[]> {
    this.stage.setLoading(texts.lookingForFaces);
    try {
      const faces = await this.detector.find(picture);
      announce(faces.length > 0 ? texts.facesFound(faces.length) : texts.noFaceFound);
      return faces;
    } finally {
      this.stage.setLoading(null);
    }
  }

  private show(face: Subject): void {
    const { controls, editing } = this;
    if (!controls || !editing) return;
    const another = face.identity !== this.face?.identity;
    this.face = face;
    this.output.offer(null);
    this.stage.setOriginal(face.original(), face.label);
    this.closeUp.show(face);
    controls.follow(face, another);
    editing.edit(face);
    void controls.look(face);
  }
}

/** Whether an edit depends on what the picture shows. */
function sourceMatters(model: ModelDescription): boolean {
  return model.domains.length > 0 ? needsDomain(model) : attributesThatMatter(model).includes(true);
}
