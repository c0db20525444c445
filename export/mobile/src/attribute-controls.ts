/** Sliders for a face's attributes, what the face has, and the steps back. */
import type { Classifier, Controls } from './controls';
import type { Editing, EditState } from './editing';
import { attributeLabel } from './model/attribute-label';
import type { ModelDescription } from './model/description';
import { attributesThatMatter } from './model/edit-vector';
import { isPreset, type Preset, presetsFor, presetValues } from './model/presets';
import { Strengths } from './model/strengths';
import { Previews } from './previews';
import type { Subject } from './subject';
import { announce } from './views/announcements';
import { byId } from './views/dom';
import { EditStrip } from './views/edit-strip';
import type { Notices } from './views/notices';
import { PresetChips } from './views/preset-chips';
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
    this.previews.stale();
  });
  private readonly chips = new PresetChips();
  private readonly strip = new EditStrip();
  private readonly strengths: Strengths;
  private readonly presets: readonly Preset[];
  private readonly previews: Previews;
  private subject: Subject | null = null;
  /** The edits of faces that were shown before. */
  private readonly kept = new WeakMap<object, EditState>();
  /** Faces that the classifier has seen. */
  private readonly known = new WeakSet<Subject>();
  private readonly sourceMatters: boolean;
  private saidGuess = false;
  /** The edit with which the next face starts. */
  private carried: Float32Array | null = null;

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
    this.strengths = new Strengths(model.trainedIntensity, model.largestIntensity);
    this.presets = presetsFor(model.attributes);
    this.chips.build(this.presets, (preset) => this.choose(preset));
    const strengthOf = (index: number): number => this.strengths.of(model.attributes[index]!);
    this.previews = new Previews(editing, strengthOf, (index, image) => {
      this.strip.preview(index, image);
    });
    this.strip.build(model.attributes, {
      toggle: (index) => this.change(index, editing.values[index] === 0 ? strengthOf(index) : 0),
      seen: (index, visible) => this.previews.see(index, visible),
    });
    undo.serve(() => this.snapshot());
  }

  set enabled(enabled: boolean) {
    this.sliders.enabled = this.chips.enabled = this.strip.enabled = enabled;
    this.previews.enabled = enabled;
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
      editing.replace(this.carried ?? new Float32Array(source.length), source);
      this.carried = null;
    }
    this.show();
    if (another) this.strip.clear();
    this.previews.follow(subject);
    this.undo.follow(subject.identity);
  }

  carry(values: Float32Array | null): void {
    this.carried = values;
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
      this.previews.stale();
      ticks.show(editing.source, texts.hasPredicted);
    }
  }

  dispose(): void {
    byId('sliders').hidden = true;
    byId('source-attributes').hidden = true;
    byId('presets').hidden = true;
    this.strip.hide();
    this.previews.follow(null);
    this.subject = null;
  }

  private change(index: number, value: number): void {
    const { model, editing } = this;
    this.undo.record(`value ${index}`);
    const switched = editing.set(index, value).map((other) => model.attributes[other]!);
    this.show();
    this.strengths.keep(model.attributes[index]!, value);
    this.previews.stale(index);
    this.sayGuess(index);
    if (switched.length > 0) {
      const names = switched.map(attributeLabel).join(texts.listSeparator);
      announce(texts.switchedOff(names, attributeLabel(model.attributes[index]!)));
    }
  }

  /** Says once that nobody knows what the face has, where that matters. */
  private sayGuess(index: number): void {
    if (!this.editing.guesses || this.classifier.state !== 'none' || this.saidGuess) return;
    this.saidGuess = true;
    this.notices.note(texts.hasTickFor(attributeLabel(this.model.attributes[index]!)));
  }

  /** Back to the unedited face, as a step that can be undone. */
  private startOver(): void {
    this.undo.record('reset');
    this.editing.reset();
    this.show();
  }

  /** Makes the preset's edit and no other, or takes it back. */
  private choose(preset: Preset): void {
    const { editing } = this;
    const { attributes } = this.model;
    if (isPreset(preset, attributes, editing.values)) {
      this.startOver();
      return;
    }
    this.undo.record(preset.name);
    const values = presetValues(preset, attributes, (name) => this.strengths.of(name));
    editing.replace(values, editing.source);
    this.show();
    this.sayGuess(attributes.findIndex((_, index) => values[index]! > 0));
  }

  private show(): void {
    const { values } = this.editing;
    this.sliders.show(values);
    this.strip.mark(values);
    this.chips.mark(this.presets.map((preset) => isPreset(preset, this.model.attributes, values)));
  }

  private snapshot(): () => void {
    const { values, source } = this.editing.state();
    return () => {
      this.editing.replace(values, source);
      this.show();
      this.ticks.mark(source);
      announce(texts.restored);
    };
  }
}
