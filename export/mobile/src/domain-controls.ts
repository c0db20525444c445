/** Which domain a picture is translated from and to, and how strongly. */
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
import { DomainChoices } from './views/domain-choices';

/** The classifier's probabilities, or its state if there are none. */
export type Seen = 'none' | 'loading' | ArrayLike<number>;

export class DomainControls {
  private readonly targets: readonly Target[];
  private readonly choices: DomainChoices;
  private target: number | null = null;
  private from: string | null = null;
  private intensity: number;
  private ready = false;
  private hint = '';

  constructor(
    private readonly model: ModelDescription,
    private readonly editing: Editing,
  ) {
    this.targets = targetsOf(model);
    this.intensity = model.trainedIntensity;
    const sources = needsDomain(model) ? model.domains : [];
    this.choices = new DomainChoices(this.targets, sources, model.largestIntensity, {
      target: (index) => this.change({ target: index }),
      from: (domain) => this.change({ from: domain, hint: '' }),
      intensity: (intensity) => this.change({ intensity }),
    });
    this.show();
  }

  set enabled(enabled: boolean) {
    this.ready = enabled;
    this.show();
  }

  /** Back to the unedited picture. */
  reset(): void {
    this.change({ target: null, intensity: this.model.trainedIntensity });
  }

  /** For another picture. */
  startOver(): void {
    this.from = null;
    this.reset();
  }

  /** Whether the picture is a drawn one from one of this model's domains. */
  knows(picture: Subject): boolean {
    return this.knownOf(picture) !== undefined;
  }

  /** Finds the picture's domain: known for drawn pictures, otherwise predicted or chosen by the user. */
  find(picture: Subject, seen: Seen): void {
    if (!needsDomain(this.model)) return;
    const known = this.knownOf(picture);
    if (known !== undefined) this.change({ from: known, hint: 'Known for this drawn landscape.' });
    else if (seen === 'loading') this.change({ from: null, hint: 'Looking at the picture…' });
    else if (seen === 'none') {
      this.change({ from: null, hint: 'Choose what the picture shows: the model needs to know.' });
    } else {
      const from = likeliest(seen, this.model.attributes);
      this.change({ from, hint: 'Predicted by the classifier. Correct it if it is wrong.' });
    }
  }

  private knownOf(picture: Subject): string | undefined {
    return this.model.domains.find((name) => picture.attributes?.includes(name));
  }

  private change(to: {
    target?: number | null;
    from?: string | null;
    intensity?: number;
    hint?: string;
  }): void {
    if (to.target !== undefined) this.target = to.target;
    if (to.from !== undefined) this.from = to.from;
    if (to.intensity !== undefined) this.intensity = to.intensity;
    if (to.hint !== undefined) this.hint = to.hint;
    const chosen = this.target === null ? null : this.targets[this.target]!;
    // A picture already in the target domain needs no translation.
    if (needsDomain(this.model) && chosen && (this.from === null || chosen.domain === this.from)) {
      this.target = null;
    }
    this.apply();
    this.show();
  }

  private apply(): void {
    const { model, from, intensity } = this;
    const target = this.target === null ? null : this.targets[this.target]!;
    this.editing.replace(valuesTowards(target, intensity, model), sourceOf(target, from, model));
  }

  private show(): void {
    const { target, from, intensity, ready: enabled, hint } = this;
    this.choices.show({ target, from, intensity, enabled, hint });
  }
}
