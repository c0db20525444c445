/** Photos that are pasted, or dropped onto the page. */

/** `use` gets the first picture of each paste or drop. */
export function onDroppedPicture(use: (file: File) => void): void {
  document.addEventListener('paste', (event) => take(event, event.clipboardData, use));
  document.addEventListener('dragover', (event) => {
    if (![...(event.dataTransfer?.items ?? [])].some(({ kind }) => kind === 'file')) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    // It also leaves one element for another.
    if (!event.relatedTarget) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    document.body.classList.remove('dropping');
    take(event, event.dataTransfer, use);
  });
}

function take(event: Event, data: DataTransfer | null, use: (file: File) => void): void {
  const [file] = data?.files ?? [];
  if (!file) return;
  event.preventDefault();
  // A dialog is about another picture.
  if (!document.querySelector('dialog[open]')) use(file);
}
