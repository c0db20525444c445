/**
 * Fetches models/model.json and the LiteRT files it lists, checks their SHA-256, and keeps verified
 * files in the browser's cache under their digest, for offline use.
 */
import { Problem } from '../problem';
import { type ModelDescription, type ModelFile, parseDescription } from './description';
import { checkedDigest, type FetchedModel, type ModelSource, sha256 } from './model-source';
import { sizeLabel } from './precision';
import { texts } from '../texts/texts';

export class ModelStore implements ModelSource {
  /** `folder`: absolute URL of models/, with a trailing slash. */
  constructor(
    private readonly folder: string,
    private readonly cacheName: string,
  ) {}

  async description(): Promise<ModelDescription> {
    const response = await this.get('model.json', 'no-cache');
    return parseDescription(await response.text());
  }

  async file(
    file: ModelFile,
    onProgress: (share: number) => void,
  ): Promise<FetchedModel & { readonly fromCache: boolean }> {
    const kept = await this.kept(file);
    if (kept) return { bytes: kept, verified: true, fromCache: true };
    const response = await this.get(file.name, 'no-cache');
    const bytes = await readAll(response, file.bytes, onProgress);
    const remedy = texts.copyFolder;
    const verified = await checkedDigest(file, bytes, remedy);
    if (verified) await this.keep(file, bytes);
    return { bytes, verified, fromCache: false };
  }

  /** Deletes cached files of earlier models, which `description` does not list. */
  async inUse(description: ModelDescription): Promise<void> {
    if (!('caches' in globalThis)) return;
    const wanted = new Set(description.files.map((file) => this.key(file)));
    const cache = await caches.open(this.cacheName);
    for (const request of await cache.keys()) {
      if (!wanted.has(request.url)) await cache.delete(request);
    }
  }

  private key(file: ModelFile): string {
    return `${this.folder}${file.name}?sha256=${file.sha256}`;
  }

  private async kept(file: ModelFile): Promise<Uint8Array<ArrayBuffer> | null> {
    if (!('caches' in globalThis)) return null;
    const cache = await caches.open(this.cacheName);
    const response = await cache.match(this.key(file));
    if (!response) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if ((await sha256(bytes)) === file.sha256) return bytes;
    await cache.delete(this.key(file));
    return null;
  }

  private async keep(file: ModelFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!('caches' in globalThis)) return;
    const cache = await caches.open(this.cacheName);
    const headers = { 'Content-Type': 'application/octet-stream' };
    try {
      await cache.put(this.key(file), new Response(bytes, { headers }));
    } catch (error) {
      // Storage is full: the model still works, but not offline.
      console.warn(`${file.name} could not be kept for offline use: ${String(error)}`);
    }
  }

  private async get(name: string, cache: RequestCache): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.folder + name, { cache });
    } catch (error) {
      throw new Problem(
        texts.fileUnreachable(name),
        texts.networkFailed((error as Error).message),
        texts.checkConnection,
      );
    }
    if (!response.ok) {
      throw new Problem(
        texts.fileMissing(name),
        texts.serverAnswered(response.status, response.url),
        texts.copyExport,
      );
    }
    return response;
  }
}

async function readAll(
  response: Response,
  expected: number,
  onProgress: (share: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > 2 * expected + 65536) {
      await reader.cancel();
      throw new Problem(
        texts.fileTooLarge,
        texts.tooManyBytes(sizeLabel(length), sizeLabel(expected)),
        texts.copyFolder,
      );
    }
    onProgress(Math.min(1, length / expected));
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
