/** Where a model comes from, and the check of its files. */
import { Problem } from '../problem';
import type { ModelDescription, ModelFile } from './description';
import { texts } from '../texts/texts';

export interface FetchedModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** False if the browser cannot compute digests, as on pages from neither https nor localhost. */
  readonly verified: boolean;
}

export interface ModelSource {
  /** What model.json says; throws a Problem if it cannot be read. */
  description(): Promise<ModelDescription>;
  /** The file's bytes; `onProgress` gets the fraction received, from 0 to 1. */
  file(file: ModelFile, onProgress: (share: number) => void): Promise<FetchedModel>;
  /** Called once a file of the model is in use. */
  inUse(description: ModelDescription): Promise<void>;
}

/** Whether the digest could be checked; throws a Problem if the bytes are not those of `file`. */
export async function checkedDigest(
  file: ModelFile,
  bytes: Uint8Array<ArrayBuffer>,
  remedy: string,
): Promise<boolean> {
  const digest = await sha256(bytes);
  if (digest !== null && digest !== file.sha256) {
    throw new Problem(
      texts.fileDamaged(file.name),
      texts.digestDiffers(digest.slice(0, 16), file.sha256.slice(0, 16), bytes.length, file.bytes),
      remedy,
    );
  }
  return digest !== null;
}

/** Hexadecimal SHA-256, or null outside a secure context, where browsers have no crypto.subtle. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
