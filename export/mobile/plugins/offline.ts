/** Build steps: copies LiteRT.js' WebAssembly and writes the service worker's list of files. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';

import type { Plugin } from 'vite';

import { afterBuild } from './after-build.ts';

/** Single-threaded with relaxed SIMD, without it, and with threads for cross-origin isolated pages. */
const BUILDS = ['litert_wasm_internal', 'litert_wasm_compat_internal', 'litert_wasm_threaded_internal'];
/** The Python package's own copy. */
const DETECTOR = '../../stgan_tf/alignment/blazeface/face_detection_short_range.tflite';
const SERVICE_WORKER = 'service-worker.js';
const PLACEHOLDER = '__MANIFEST__';

const packageFolder = join(
  dirname(createRequire(import.meta.url).resolve('@litertjs/core')),
  '..',
);
const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
  version: string;
};

/** Where the page finds the WebAssembly, relative to itself. */
export const LITERT_FOLDER = `litert-${version}/`;

export function offline(): Plugin {
  return afterBuild('stgan-offline', () => null, ({ root, folder }) => {
    const litert = join(folder, LITERT_FOLDER);
    mkdirSync(litert, { recursive: true });
    for (const file of BUILDS.flatMap((build) => [`${build}.js`, `${build}.wasm`])) {
      cpSync(join(packageFolder, 'wasm', file), join(litert, file));
    }
    const detector = join(folder, 'detector');
    mkdirSync(detector, { recursive: true });
    cpSync(join(root, DETECTOR), join(detector, basename(DETECTOR)));
    writeManifest(folder);
  });
}

function writeManifest(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => file !== SERVICE_WORKER)
    .filter((file) => !file.startsWith(LITERT_FOLDER) && !file.startsWith('models/'))
    .sort();
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(join(folder, file)));
  const path = join(folder, SERVICE_WORKER);
  const script = readFileSync(path, 'utf8');
  if (!script.includes(PLACEHOLDER) || /^\s*(import|export)\b/m.test(script)) {
    throw new Error(`${path} must be one classic script with ${PLACEHOLDER} in it.`);
  }
  digest.update(script);
  const manifest = {
    version: digest.digest('hex').slice(0, 16),
    // The page itself is requested by its folder.
    shell: files.map((file) => (file === 'index.html' ? './' : file)),
    litert: LITERT_FOLDER,
  };
  // Defined as a global of the worker, because the script uses it in several places.
  const global = `self.${PLACEHOLDER}=${JSON.stringify(manifest)};\n`;
  writeFileSync(path, global + script);
}
