/** What the page remembers between visits, on this device only. */
const PREFIX = 'stgan ';

/** Null if nothing was stored, or if the browser does not allow it. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows may refuse: then the next visit starts afresh.
  }
}
