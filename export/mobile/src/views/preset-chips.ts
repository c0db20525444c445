/** Presets as chips: tapping one makes its edit, tapping it again takes the edit back. */
import type { Preset } from '../model/presets';
import { texts } from '../texts/texts';
import { byId, make } from './dom';

export class PresetChips {
  private readonly group = byId('presets');
  private chips: HTMLButtonElement[] = [];

  /** Hidden if there are none. */
  build(presets: readonly Preset[], choose: (preset: Preset) => void): void {
    this.chips = presets.map((preset) => {
      const label = texts[preset.name];
      const chip = make('button', { type: 'button', className: 'preset', textContent: label });
      chip.dataset['preset'] = preset.name;
      chip.disabled = true;
      chip.addEventListener('click', () => choose(preset));
      return chip;
    });
    this.group.replaceChildren(...this.chips);
    this.group.hidden = presets.length === 0;
  }

  set enabled(enabled: boolean) {
    for (const chip of this.chips) chip.disabled = !enabled;
  }

  /** `made`: whether each preset is the present edit. */
  mark(made: readonly boolean[]): void {
    for (const [index, chip] of this.chips.entries()) {
      chip.setAttribute('aria-pressed', String(made[index] ?? false));
    }
  }
}
