/** Reads the LiteRT files of a packed model (stgan_tf.models): a zip file with a manifest of digests. */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
const FOLDER = 'litert/';
const MANIFEST = 'manifest.json';

interface Manifest {
  readonly parts: Readonly<Record<string, { readonly sha256: string }>>;
}

/** {file name: content} of the folder litert/, checked against the manifest; `name` is for errors. */
export function litertFilesOf(packed: Buffer, name: string): Map<string, Buffer> {
  const parts = partsOf(packed, name);
  const manifest = parts.get(MANIFEST);
  if (!manifest) throw new Error(`${name} has no ${MANIFEST}: it is not a packed model.`);
  const { parts: digests } = JSON.parse(manifest.toString('utf8')) as Manifest;
  const files = new Map<string, Buffer>();
  for (const [path, content] of parts) {
    if (!path.startsWith(FOLDER)) continue;
    const digest = createHash('sha256').update(content).digest('hex');
    if (digest !== digests[path]?.sha256) {
      throw new Error(`${name} is damaged: the SHA-256 of ${path} is ${digest.slice(0, 16)}…. Get it again.`);
    }
    const file = path.slice(FOLDER.length);
    if (!/^[\w][\w.-]*$/.test(file)) throw new Error(`${name} has a part with an invalid name: ${path}.`);
    files.set(file, content);
  }
  if (!files.has('model.json')) {
    throw new Error(`${name} was packed without LiteRT files. Pack it with --litert_dir.`);
  }
  return files;
}

/** {path: content} of a zip file without encryption or zip64, which packed models never have. */
function partsOf(zip: Buffer, name: string): Map<string, Buffer> {
  let end = zip.length - END_SIZE;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error(`${name} is not a zip file, so it is not a packed model.`);
  const parts = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`${name} is damaged: its directory is invalid.`);
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const path = zip.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + LOCAL_SIZE + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    parts.set(path, contentOf(zip.subarray(start, start + size), method, `${name}: ${path}`));
    at += ENTRY_SIZE + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return parts;
}

function contentOf(data: Buffer, method: number, what: string): Buffer {
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data);
  throw new Error(`${what} is compressed with method ${method}; only deflate (8) is supported.`);
}
