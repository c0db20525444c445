/** Sliders for a face's attributes, what the face has, and the steps back. */
import type { Classifier, Controls } from './controls';
import type { Editing, EditState } from './editing';
import { attributeLabel } from './model/attribute-label';
import type { ModelDescription } from './model/description';
import { attributesThatMatter } from './model/edit-vector';
import type { Subject } from './subject';
import { announce } from './views/announcements';
import { byId } from './views/dom';
import type { Notices } from './views/notices';
import { Sliders } from './views/sliders';
import { SourceAttributes } from './views/source-attributes';
import type { Undo } from './views/undo';

const WHY_TICK = 'so that an edit can remove what the new attribute replaces, such as the old hair colour.';

export class AttributeControls implements Controls {
  private readonly sliders = new Sliders(
    (index, value) => this.change(index, value),
    () => this.startOver(),
  );
  private readonly ticks = new SourceAttributes((index, on) => {
    this.undo.record(`source ${index}`);
    this.editing.setSource(index, on);
  });
  private subject: Subject | null = null;
  /** The edits of faces that were shown before. */
  private readonly kept = new WeakMap<object, EditState>();
  /** Faces that the classifier has seen. */
  private readonly known = new WeakSet<Subject>();
  private readonly sourceMatters: boolean;
  private saidGuess = false;

  constructor(
    private readonly model: ModelDescription,
    private readonly editing: Editing,
    private readonly undo: Undo,
    private readonly classifier: Classifier,
    private readonly notices: Notices,
  ) {
    const matter = attributesThatMatter(model);
    this.sourceMatters = matter.includes(true);
    this.sliders.build(model.attributes, model.largestIntensity, model.trainedIntensity);
    this.ticks.build(model.attributes, matter);
    byId('sliders').hidden = false;
    undo.serve(() => this.snapshot());
  }

  set enabled(enabled: boolean) {
    this.sliders.enabled = enabled;
  }

  follow(subject: Subject, another: boolean): void {
    const { editing, model } = this;
    if (another && this.subject) this.kept.set(this.subject.identity, editing.state());
    const kept = this.kept.get(subject.identity);
    this.subject = subject;
    if (another && kept) {
      editing.replace(kept.values, kept.source);
    } else if (another) {
      const known = subject.attributes;
      const source = model.attributes.map((name) => (known ? Number(known.includes(name)) : NaN));
      editing.replace(new Float32Array(source.length), source);
    }
    this.sliders.show(editing.values);
    this.undo.follow(subject.identity);
  }

  async look(subject: Subject): Promise<void> {
    const { editing, ticks, classifier } = this;
    if (!this.sourceMatters) return;
    const { needsSource } = this.model;
    if (this.known.has(subject)) {
      ticks.show(editing.source, 'As before for this face.');
    } else if (subject.attributes) {
      ticks.show(editing.source, 'Known for this drawn face.');
    } else if (classifier.state === 'loading') {
      ticks.show(editing.source, 'Looking at the face…');
    } else if (classifier.state === 'none') {
      const why = needsSource ? 'because this model needs to know them.' : WHY_TICK;
      ticks.show(editing.source, `Tick the attributes that this face has, ${why}`, needsSource);
    } else {
      const values = await classifier.probabilities(subject);
      if (subject !== this.subject) return;
      editing.replaceSource(values.map((probability) => Number(probability > 0.5)));
      this.known.add(subject);
      ticks.show(editing.source, 'Predicted by the classifier. Correct any mistakes.');
    }
  }

  dispose(): void {
    byId('sliders').hidden = true;
    byId('source-attributes').hidden = true;
    this.subject = null;
  }

  private change(index: number, value: number): void {
    const { model, editing } = this;
    this.undo.record(`value ${index}`);
    const switched = editing.set(index, value).map((other) => model.attributes[other]!);
    this.sliders.show(editing.values);
    if (editing.guesses && this.classifier.state === 'none' && !this.saidGuess) {
      this.saidGuess = true;
      const name = attributeLabel(model.attributes[index]!);
      this.notices.note(`${name}: tick its current attributes under “What the face has”, ${WHY_TICK}`);
    }
    if (switched.length > 0) {
      const names = switched.map(attributeLabel).join(', ');
      announce(`${names} switched off: cannot be combined with ${attributeLabel(model.attributes[index]!)}`);
    }
  }

  /** Back to the unedited face, as a step that can be undone. */
  private startOver(): void {
    this.undo.record('reset');
    this.editing.reset();
    this.sliders.show(this.editing.values);
  }

  private snapshot(): () => void {
    const { values, source } = this.editing.state();
    return () => {
      this.editing.replace(values, source);
      this.sliders.show(values);
      this.ticks.mark(source);
      announce('Edit restored.');
    };
  }
}
