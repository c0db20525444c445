/** The page's wording for models that see faces, or whole pictures. */
import { byId } from './dom';
import { texts } from '../texts/texts';

const WORDING = {
  faces: {
    choose: texts.chooseFace,
    hint: texts.cameraFaceHint,
  },
  pictures: {
    choose: texts.choosePicture,
    hint: texts.cameraPictureHint,
  },
} as const;

export function speakOf(what: keyof typeof WORDING): void {
  const { choose, hint } = WORDING[what];
  byId('sources-section').setAttribute('aria-label', choose);
  byId('camera-hint').textContent = hint;
}
