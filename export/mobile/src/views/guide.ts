/** The alignment guide (oval, eye line, mouth mark), drawn over the camera and the photo. */
import type { Frame } from '../imaging/frame';
import { guideOf } from '../imaging/frame';

const SVG = 'http://www.w3.org/2000/svg';

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** Fills an <svg viewBox="0 0 100 100"> that covers the model's square. */
export function drawGuide(svg: SVGSVGElement, frame: Frame): void {
  if (!frame.aligned) {
    svg.replaceChildren();
    return;
  }
  const guide = guideOf(frame);
  const centre = { x: 100 * guide.centre.x, y: 100 * guide.centre.y };
  const radius = { x: 100 * guide.radiusX, y: 100 * guide.radiusY };
  const oval = `M${centre.x - radius.x} ${centre.y}a${radius.x} ${radius.y} 0 1 0 ${2 * radius.x} 0a${radius.x} ${radius.y} 0 1 0 ${-2 * radius.x} 0Z`;
  const eyes = 100 * guide.leftEye.y;
  const mouth = { x: 100 * guide.mouth.x, y: 100 * guide.mouth.y };
  const line = (x1: number, y1: number, x2: number, y2: number): SVGElement =>
    shape('line', { x1, y1, x2, y2, class: 'guide-line' });
  svg.replaceChildren(
    shape('path', { d: `M0 0H100V100H0Z${oval}`, class: 'guide-shade', 'fill-rule': 'evenodd' }),
    shape('path', { d: oval, class: 'guide-oval' }),
    line(centre.x - radius.x, eyes, centre.x + radius.x, eyes),
    ...[guide.leftEye, guide.rightEye].map((eye) =>
      shape('circle', { cx: 100 * eye.x, cy: 100 * eye.y, r: 3.2, class: 'guide-eye' }),
    ),
    line(mouth.x - 7, mouth.y, mouth.x + 7, mouth.y),
    line(mouth.x, mouth.y - 2, mouth.x, mouth.y + 2),
  );
}
