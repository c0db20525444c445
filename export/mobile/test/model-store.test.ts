import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ModelFile } from '../src/model/description';
import { sha256 } from '../src/model/model-source';
import { ModelStore } from '../src/model/model-store';
import { Problem } from '../src/problem';

const BYTES = new TextEncoder().encode('a model');
// sha256sum of "a model".
const DIGEST = '97ff8a35544dcf40ad84047074439dd6aa3a0be469ea578a1b1c017d939ec61c';
const FILE: ModelFile = {
  name: 'edit.tflite',
  role: 'edit',
  precision: 'float32',
  bytes: BYTES.length,
  sha256: DIGEST,
  psnr: null,
  latencyMs: null,
};

/** The part of Cache that the store uses. */
class FakeCache {
  readonly entries = new Map<string, Response>();
  match = async (key: string) => this.entries.get(key)?.clone();
  put = async (key: string, response: Response) => void this.entries.set(key, response);
  delete = async (key: string | Request) =>
    this.entries.delete(typeof key === 'string' ? key : key.url);
  keys = async () => [...this.entries.keys()].map((url) => ({ url }) as Request);
}

let cache: FakeCache;
const answers = (...responses: (Response | Error)[]) => {
  const fetching = vi.fn(async () => {
    const next = responses.shift();
    if (!next) throw new Error('One request too many.');
    if (next instanceof Error) throw next;
    return next;
  });
  vi.stubGlobal('fetch', fetching);
  return fetching;
};
const store = () => new ModelStore('https://host/models/', 'models');
const nothing = () => undefined;

beforeEach(() => {
  cache = new FakeCache();
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

describe('ModelStore', () => {
  it('checks a file, keeps it and does not ask for it again', async () => {
    const fetching = answers(new Response(BYTES));
    const shares: number[] = [];
    const first = await store().file(FILE, (share) => shares.push(share));
    const second = await store().file(FILE, nothing);
    expect(first).toMatchObject({ verified: true, fromCache: false });
    expect(second).toMatchObject({ verified: true, fromCache: true });
    expect(second.bytes).toEqual(BYTES);
    expect(shares.at(-1)).toBe(1);
    expect(fetching).toHaveBeenCalledTimes(1);
  });

  it('refuses and does not keep a file of another digest', async () => {
    answers(new Response('b model'));
    const failure = await store().file(FILE, nothing).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect((failure as Problem).title).toMatch(/edit.tflite is damaged/);
    expect(cache.entries.size).toBe(0);
  });

  it('fetches again what was damaged in the cache', async () => {
    const fetching = answers(new Response(BYTES));
    cache.entries.set(`https://host/models/edit.tflite?sha256=${DIGEST}`, new Response('rotten'));
    expect((await store().file(FILE, nothing)).bytes).toEqual(BYTES);
    expect(fetching).toHaveBeenCalledTimes(1);
  });

  it('names a file that is missing', async () => {
    answers(new Response('', { status: 404 }));
    await expect(store().file(FILE, nothing)).rejects.toThrow(/models\/edit.tflite is missing/);
  });

  it('says when the network fails', async () => {
    answers(new TypeError('Failed to fetch'));
    await expect(store().description()).rejects.toThrow(/could not be reached.*Failed to fetch/);
  });

  it('stops at a file that is far too large', async () => {
    answers(new Response(new Uint8Array(200_000)));
    await expect(store().file(FILE, nothing)).rejects.toThrow(/larger than model.json says/);
  });

  it('says that it could not check where the browser has no digests', async () => {
    vi.stubGlobal('crypto', {});
    answers(new Response(BYTES));
    expect(await store().file(FILE, nothing)).toMatchObject({ verified: false });
    expect(cache.entries.size).toBe(0);
  });

  it('forgets the files of earlier models', async () => {
    answers(new Response(BYTES));
    cache.entries.set('https://host/models/old.tflite?sha256=0', new Response('old'));
    await store().file(FILE, nothing);
    await store().inUse({ files: [FILE] } as never);
    expect([...cache.entries.keys()]).toEqual([`https://host/models/edit.tflite?sha256=${DIGEST}`]);
  });
});

describe('sha256', () => {
  it('is the digest of the bytes', async () => {
    expect(await sha256(BYTES)).toBe(DIGEST);
  });
});
