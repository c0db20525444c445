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
import { texts } from './texts/texts';

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
      ticks.show(editing.source, texts.hasBefore);
    } else if (subject.attributes) {
      ticks.show(editing.source, texts.hasKnown);
    } else if (classifier.state === 'loading') {
      ticks.show(editing.source, texts.hasLooking);
    } else if (classifier.state === 'none') {
      const hint = needsSource ? texts.hasTickNeeded : texts.hasTick;
      ticks.show(editing.source, hint, needsSource);
    } else {
      const values = await classifier.probabilities(subject);
      if (subject !== this.subject) return;
      editing.replaceSource(values.map((probability) => Number(probability > 0.5)));
      this.known.add(subject);
      ticks.show(editing.source, texts.hasPredicted);
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
      this.notices.note(texts.hasTickFor(attributeLabel(model.attributes[index]!)));
    }
    if (switched.length > 0) {
      const names = switched.map(attributeLabel).join(texts.listSeparator);
      announce(texts.switchedOff(names, attributeLabel(model.attributes[index]!)));
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
      announce(texts.restored);
    };
  }
}
