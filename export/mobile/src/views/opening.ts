/** Opening a model from the device. */
import { byId } from './dom';

/** `open` gets model.json and LiteRT files, as chosen in the settings. */
export function onOpenedModel(open: (files: readonly File[]) => void): void {
  const input = byId<HTMLInputElement>('model-files');
  byId('model-open').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // So that choosing the same files again counts as a change.
    input.value = '';
    if (files.length === 0) return;
    byId<HTMLDialogElement>('settings').close();
    open(files);
  });
}
