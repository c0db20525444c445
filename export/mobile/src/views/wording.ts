/** The page's wording for models that see whole pictures; index.html has the wording for faces. */
import { byId } from './dom';

export function speakOfPictures(): void {
  byId('sources-section').setAttribute('aria-label', 'Choose a picture');
  byId('picture').setAttribute('aria-label', 'No picture chosen yet');
  byId('camera-hint').textContent = 'Point the camera at what you want to change.';
}
