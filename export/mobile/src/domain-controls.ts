/** Which domain a picture is translated from and to, and how strongly. */
import type { Classifier, Controls } from './controls';
import type { Editing } from './editing';
import type { ModelDescription } from './model/description';
import {
  likeliest,
  needsDomain,
  sourceOf,
  type Target,
  targetsOf,
  valuesTowards,
} from './model/domains';
import type { Subject } from './subject';
import { announce } from './views/announcements';
import { byId } from './views/dom';
import { DomainChoices } from './views/domain-choices';
import type { Undo } from './views/undo';
import { texts } from './texts/texts';

interface State {
  readonly target: number | null;
  readonly from: string | null;
  readonly intensity: number;
  readonly hint: string;
}

export class DomainControls implements Controls {
  private readonly targets: readonly Target[];
  private readonly choices: DomainChoices;
  private state: State;
  private ready = false;
  private picture: Subject | null = null;
  /** The edits of pictures that were shown before. */
  private readonly kept = new WeakMap<object, State>();

  constructor(
    private readonly model: ModelDescription,
    private readonly editing: Editing,
    private readonly undo: Undo,
    private readonly classifier: Classifier,
  ) {
    this.targets = targetsOf(model);
    this.state = this.unedited();
    const sources = needsDomain(model) ? model.domains : [];
    this.choices = new DomainChoices(this.targets, sources, model.largestIntensity, {
      target: (index) => this.step('target', { target: index }),
      from: (domain) => this.step('from', { from: domain, hint: '' }),
      intensity: (intensity) => this.step('intensity', { intensity }),
      reset: () => this.step('reset', this.unedited(this.state)),
    });
    byId('sliders').hidden = true;
    byId('source-attributes').hidden = true;
    undo.serve(() => this.snapshot());
    this.show();
  }

  set enabled(enabled: boolean) {
    this.ready = enabled;
    this.show();
  }

  follow(picture: Subject, another: boolean): void {
    if (another && this.picture) this.kept.set(this.picture.identity, this.state);
    this.picture = picture;
    if (another) this.change(this.kept.get(picture.identity) ?? this.unedited());
    this.undo.follow(picture.identity);
  }

  async look(picture: Subject): Promise<void> {
    if (!needsDomain(this.model) || this.state.from !== null) return;
    const known = this.knownOf(picture);
    const { state } = this.classifier;
    if (known !== undefined) this.change({ from: known, hint: texts.domainKnown });
    else if (state === 'loading') this.change({ hint: texts.domainLooking });
    else if (state === 'none') {
      this.change({ hint: texts.domainChoose });
    } else {
      const seen = await this.classifier.probabilities(picture);
      if (picture !== this.picture || this.state.from !== null) return;
      const from = likeliest(seen, this.model.attributes);
      this.change({ from, hint: texts.domainPredicted });
    }
  }

  dispose(): void {
    byId('domain-choices').hidden = true;
    byId('domain-from').hidden = true;
    this.picture = null;
  }

  /** Nothing asked for; what the picture shows stays as in `state`. */
  private unedited(state: Pick<State, 'from' | 'hint'> = { from: null, hint: '' }): State {
    const { from, hint } = state;
    return { target: null, intensity: this.model.trainedIntensity, from, hint };
  }

  private knownOf(picture: Subject): string | undefined {
    return this.model.domains.find((name) => picture.attributes?.includes(name));
  }

  private step(key: string, to: Partial<State>): void {
    this.undo.record(key);
    this.change(to);
  }

  private change(to: Partial<State>): void {
    const next = { ...this.state, ...to };
    const chosen = next.target === null ? null : this.targets[next.target]!;
    // A picture already in the target domain needs no translation.
    const needless =
      needsDomain(this.model) && chosen && (next.from === null || chosen.domain === next.from);
    this.state = needless ? { ...next, target: null } : next;
    this.apply();
    this.show();
  }

  private snapshot(): () => void {
    const { state } = this;
    return () => {
      this.change(state);
      if (this.picture) void this.look(this.picture);
      announce(texts.restored);
    };
  }

  private apply(): void {
    const { model } = this;
    const { from, intensity } = this.state;
    const target = this.state.target === null ? null : this.targets[this.state.target]!;
    this.editing.replace(valuesTowards(target, intensity, model), sourceOf(target, from, model));
  }

  private show(): void {
    this.choices.show({ ...this.state, enabled: this.ready });
  }
}
