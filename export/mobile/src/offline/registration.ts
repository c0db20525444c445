/** The page's side of the service worker. */
import { wasmBuild } from '../runtime/wasm-build';

/** Caches belong to the origin; the prefix is also in service-worker.ts. */
export function modelsCacheName(): string {
  return `face-editor ${new URL('./', document.baseURI).pathname} models`;
}

/** The longest the page waits for the worker; without it everything works, but not offline. */
const PATIENCE_MS = 60_000;

export type OfflineState = 'ready' | 'needs-https' | 'unavailable';

/**
 * Registers the worker and waits until it serves the page, so that the large files are fetched only
 * once, by the worker. `onUpdate` gets a function that switches to a newer version of the page.
 */
export async function registerServiceWorker(
  onUpdate: (change: () => void) => void,
): Promise<OfflineState> {
  if (!('serviceWorker' in navigator)) return window.isSecureContext ? 'unavailable' : 'needs-https';
  const container = navigator.serviceWorker;
  // Its address says which WebAssembly to keep: it is installed anew if that changes.
  const address = new URL(`service-worker.js?build=${wasmBuild()}`, document.baseURI);
  let registration: ServiceWorkerRegistration;
  try {
    registration = await container.register(address, {
      updateViaCache: 'none',
    });
  } catch (error) {
    console.warn(`Offline use is unavailable: the service worker could not be registered (${String(error)}).`);
    return 'unavailable';
  }
  watchForUpdates(registration, onUpdate);
  if (container.controller) return 'ready';
  // A forced reload bypasses an existing worker.
  if (registration.active) return 'ready';
  return firstControl(container, registration.installing ?? registration.waiting);
}

function watchForUpdates(
  registration: ServiceWorkerRegistration,
  onUpdate: (change: () => void) => void,
): void {
  const offer = (waiting: ServiceWorker): void =>
    onUpdate(() => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
      waiting.postMessage('take over');
    });
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) offer(coming);
    });
  });
}

function firstControl(
  container: ServiceWorkerContainer,
  coming: ServiceWorker | null,
): Promise<OfflineState> {
  return new Promise((resolve) => {
    container.addEventListener('controllerchange', () => resolve('ready'), { once: true });
    coming?.addEventListener('statechange', () => {
      // Installation failed: storage is full, or a file could not be fetched.
      if (coming.state === 'redundant') resolve('unavailable');
    });
    setTimeout(() => resolve('unavailable'), PATIENCE_MS);
  });
}
