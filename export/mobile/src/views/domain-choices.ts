/** Chips for the target domain and, with more than two domains, the source; and the intensity. */
import type { Target } from '../model/domains';
import { domainLabel } from '../model/domains';
import { byId, make } from './dom';
import { texts } from '../texts/texts';

const STEP = 0.05;

export interface DomainEvents {
  readonly target: (index: number) => void;
  readonly from: (domain: string) => void;
  readonly intensity: (value: number) => void;
  readonly reset: () => void;
}

/** The state shown by the choices. */
export interface DomainState {
  readonly target: number | null;
  readonly from: string | null;
  readonly intensity: number;
  /** Whether a model is loaded. */
  readonly enabled: boolean;
  /** How the picture's domain is known, or a request to choose it. */
  readonly hint: string;
}

export class DomainChoices {
  private readonly slider = byId<HTMLInputElement>('intensity');
  private readonly targets: HTMLInputElement[];
  private readonly sources: HTMLInputElement[];

  /** `domains`: the possible source domains; empty if the source need not be known. */
  constructor(
    private readonly choices: readonly Target[],
    private readonly domains: readonly string[],
    largest: number,
    events: DomainEvents,
  ) {
    byId('domain-choices').hidden = false;
    byId('domain-from').hidden = domains.length === 0;
    byId('reset-text').textContent = texts.reset;
    byId('reset').onclick = events.reset;
    this.targets = choices.map(({ label, domain }, index) =>
      chip('target', label, domain ?? '', () => events.target(index)),
    );
    this.sources = domains.map((name) =>
      chip('from', domainLabel(name), name, () => events.from(name)),
    );
    byId('domain-targets').replaceChildren(...this.targets.map((input) => input.parentElement!));
    byId('domain-sources').replaceChildren(...this.sources.map((input) => input.parentElement!));
    this.slider.max = String(largest);
    this.slider.step = String(STEP);
    // Floating point would give 0.15000000000000002.
    this.slider.oninput = () => {
      events.intensity(Math.round(this.slider.valueAsNumber / STEP) / Math.round(1 / STEP));
    };
  }

  show({ target, from, intensity, enabled, hint }: DomainState): void {
    const unknown = this.domains.length > 0 && from === null;
    for (const [index, input] of this.targets.entries()) {
      const already = from !== null && this.choices[index]!.domain === from;
      input.checked = index === target;
      input.disabled = !enabled || unknown || already;
    }
    for (const [index, input] of this.sources.entries()) input.checked = this.domains[index] === from;
    byId('domain-hint').textContent = hint;
    byId<HTMLButtonElement>('reset').disabled = target === null;
    this.slider.disabled = !enabled || target === null;
    this.slider.value = String(intensity);
    this.slider.setAttribute('aria-valuetext', texts.strength(intensity.toFixed(2)));
    this.slider.style.setProperty('--amount', String(intensity / Number(this.slider.max)));
    this.slider.parentElement!.classList.toggle('changed', target !== null);
    byId('intensity-value').textContent = intensity.toFixed(2);
  }
}

/** `label` is inserted as text, never markup: domains are named after users' folders. */
function chip(group: string, label: string, domain: string, choose: () => void): HTMLInputElement {
  const input = make('input', { type: 'radio', name: `domain-${group}` });
  input.dataset['domain'] = domain;
  input.addEventListener('change', choose);
  make('label', { className: 'chip' }, input, make('span', { textContent: label }));
  return input;
}
