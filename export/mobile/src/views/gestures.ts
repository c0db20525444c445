/** Touch, mouse and wheel input on a canvas -> movement of a photo, in pixels of CelebA's frame. */
import { movedBy, pinched, type Point, type Similarity, turnedAbout } from '../imaging/similarity';

type Change = (map: Similarity) => Similarity;

/** What the canvas shows: a square of `side` frame pixels from (left, top). */
export interface View {
  readonly side: number;
  readonly left: number;
  readonly top: number;
}

const WHEEL_ZOOM = 0.0015;
const WHEEL_TURN = 0.05;

export function followFingers(
  canvas: HTMLCanvasElement,
  view: () => View,
  apply: (change: Change) => void,
): void {
  const fingers = new Map<number, Point>();

  function inFrame(event: MouseEvent): Point {
    const bounds = canvas.getBoundingClientRect();
    const { side, left, top } = view();
    return {
      x: ((event.clientX - bounds.left) / bounds.width) * side + left - 0.5,
      y: ((event.clientY - bounds.top) / bounds.height) * side + top - 0.5,
    };
  }

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (fingers.size < 2) fingers.set(event.pointerId, inFrame(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const after = inFrame(event);
    fingers.set(event.pointerId, after);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) apply((map) => pinched(map, [other, before], [other, after]));
    else apply((map) => movedBy(map, after.x - before.x, after.y - before.y));
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const centre = inFrame(event);
      // Browsers swap the wheel's axis while shift is held.
      const amount = event.deltaY || event.deltaX;
      const [scale, degrees] = event.shiftKey
        ? [1, amount * WHEEL_TURN]
        : [Math.exp(-amount * WHEEL_ZOOM), 0];
      apply((map) => turnedAbout(map, centre, scale, degrees));
    },
    { passive: false },
  );
}
