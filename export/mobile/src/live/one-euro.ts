/**
 * The one euro filter (Casiez et al., 2012): a low-pass filter whose cutoff rises with speed, so that a
 * face at rest does not tremble and one that moves is followed without delay.
 */
import type { Landmarks } from '../detection/blazeface';
import type { Point } from '../imaging/similarity';

/** Cutoff at rest, in Hz. */
const REST_CUTOFF = 1.2;
/** Rise of the cutoff, in Hz, per eye distance per second. */
const SPEED_GAIN = 2.5;
/** Cutoff of the speed itself, in Hz. */
const SPEED_CUTOFF = 1;

export class OneEuro {
  private value: number | null = null;
  private speed = 0;

  /** `scale`: in which speeds are measured; `seconds` since the last value. */
  next(value: number, seconds: number, scale: number): number {
    if (this.value === null || seconds <= 0) {
      this.value ??= value;
      return this.value;
    }
    const speed = (value - this.value) / seconds / scale;
    this.speed += share(SPEED_CUTOFF, seconds) * (speed - this.speed);
    const cutoff = REST_CUTOFF + SPEED_GAIN * Math.abs(this.speed);
    this.value += share(cutoff, seconds) * (value - this.value);
    return this.value;
  }
}

/** How far a first-order low-pass filter goes towards a new value. */
function share(cutoff: number, seconds: number): number {
  const time = 1 / (2 * Math.PI * cutoff);
  return 1 / (1 + time / seconds);
}

const NAMES = ['leftEye', 'rightEye', 'mouth'] as const;

export class SmoothLandmarks {
  private filters = newFilters();
  private last: { readonly landmarks: Landmarks; readonly time: number } | null = null;

  /** `time` in seconds. A face that is somewhere else altogether starts afresh. */
  next(seen: Landmarks, time: number): Landmarks {
    const scale = Math.max(1, distance(seen.leftEye, seen.rightEye));
    const { last } = this;
    if (last && NAMES.some((name) => distance(seen[name], last.landmarks[name]) > 1.5 * scale)) {
      this.forget();
    }
    const seconds = this.last ? time - this.last.time : 0;
    const smooth = (name: (typeof NAMES)[number]): Point => {
      const { x, y } = this.filters[name];
      return { x: x.next(seen[name].x, seconds, scale), y: y.next(seen[name].y, seconds, scale) };
    };
    const landmarks = {
      leftEye: smooth('leftEye'),
      rightEye: smooth('rightEye'),
      mouth: smooth('mouth'),
    };
    this.last = { landmarks, time };
    return landmarks;
  }

  /** The next face is another one. */
  forget(): void {
    this.filters = newFilters();
    this.last = null;
  }
}

function newFilters() {
  const pair = () => ({ x: new OneEuro(), y: new OneEuro() });
  return { leftEye: pair(), rightEye: pair(), mouth: pair() };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
