/** How strongly each attribute was edited last, on this device; the model's trained intensity at first. */
import { remember, remembered } from '../views/memory';

export class Strengths {
  /** Strengths are kept from -largest to largest. */
  constructor(
    private readonly trained: number,
    private readonly largest: number,
  ) {}

  /** Negative if the attribute was removed last. */
  of(attribute: string): number {
    const value = Number(remembered(key(attribute)));
    if (!Number.isFinite(value) || value === 0) return this.trained;
    return Math.min(this.largest, Math.max(-this.largest, value));
  }

  keep(attribute: string, value: number): void {
    if (value !== 0) remember(key(attribute), String(value));
  }
}

const key = (attribute: string): string => `strength ${attribute}`;
