/// <reference lib="webworker" />
/**
 * Keeps the page working offline: the page's files and the WebAssembly build that this browser needs
 * are fetched once; model.json is refetched whenever there is a network. LiteRT files are not handled
 * here: the page caches those that it has verified (src/model/model-store.ts).
 */
/** Written into the built file by plugins/offline.ts; addresses are relative to the page. */
interface Manifest {
  /** Digest of the contents of all files. */
  readonly version: string;
  readonly shell: readonly string[];
  /** Folder of LiteRT.js' WebAssembly; its version is in the name, so its files never change. */
  readonly litert: string;
}
declare const __MANIFEST__: Manifest;

const worker = self as unknown as ServiceWorkerGlobalScope;
const scope = worker.registration.scope;
const address = (path: string): string => new URL(path, scope).href;

// Caches belong to the origin, which several pages may share.
const PREFIX = `face-editor ${new URL(scope).pathname} `;
const SHELL_CACHE = `${PREFIX}shell ${__MANIFEST__.version}`;
const LITERT_CACHE = `${PREFIX}${__MANIFEST__.litert}`;
const DESCRIPTION_CACHE = `${PREFIX}description`;
/** The page's own; the name is also in src/offline/registration.ts. */
const MODELS_CACHE = `${PREFIX}models`;

const DESCRIPTION = address('models/model.json');
const LITERT = address(__MANIFEST__.litert);
/** The WebAssembly build that the page runs, in this script's address. */
const BUILD = new URL(worker.location.href).searchParams.get('build') ?? 'litert_wasm_internal';

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  if (request.mode === 'navigate') event.respondWith(kept(SHELL_CACHE, address('./'), request));
  else if (request.url === DESCRIPTION) event.respondWith(newest(request));
  else if (request.url.startsWith(address('models/'))) return;
  else if (request.url.startsWith(LITERT)) event.respondWith(kept(LITERT_CACHE, request, request));
  else event.respondWith(kept(SHELL_CACHE, request, request));
});
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
});

async function install(): Promise<void> {
  const shell = await caches.open(SHELL_CACHE);
  await shell.addAll(
    __MANIFEST__.shell.map((path) => new Request(address(path), { cache: 'no-cache' })),
  );
  const litert = await caches.open(LITERT_CACHE);
  for (const file of [`${BUILD}.js`, `${BUILD}.wasm`]) {
    const url = LITERT + file;
    if (!(await litert.match(url))) await litert.add(url);
  }
}

async function activate(): Promise<void> {
  const current = new Set([SHELL_CACHE, LITERT_CACHE, DESCRIPTION_CACHE, MODELS_CACHE]);
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && !current.has(name)) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** From the cache, otherwise from the network. */
async function kept(
  cacheName: string,
  key: RequestInfo,
  request: Request,
): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(key)) ?? fetch(request);
}

/** From the network, or the last version if there is none. */
async function newest(request: Request): Promise<Response> {
  const cache = await caches.open(DESCRIPTION_CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const last = await cache.match(request);
    if (last) return last;
    throw error;
  }
}
