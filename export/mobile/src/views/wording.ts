/** The page's wording for models that see faces, or whole pictures. */
import { byId } from './dom';

const WORDING = {
  faces: {
    choose: 'Choose a face',
    hint: 'Position your face in the oval with your eyes on the line.',
  },
  pictures: {
    choose: 'Choose a picture',
    hint: 'Point the camera at what you want to change.',
  },
} as const;

export function speakOf(what: keyof typeof WORDING): void {
  const { choose, hint } = WORDING[what];
  byId('sources-section').setAttribute('aria-label', choose);
  byId('camera-hint').textContent = hint;
}
