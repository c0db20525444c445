/** Build step: puts a model into the built page, so that a static host is enough. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import type { Plugin } from 'vite';

import { afterBuild } from './after-build.ts';
import { litertFilesOf } from './packed-model.ts';

/** The smaller model of the Python package. */
const SHIPPED = '../../stgan_tf/shipped_models/drawn-faces-64.stgan';
/** Names another one: a packed model, or a folder of model.json and LiteRT files. */
const VARIABLE = 'STGAN_WEB_MODEL';

export function modelInPage(): Plugin {
  const given = process.env[VARIABLE];
  return afterBuild(
    'stgan-model-in-page',
    (root) => modelFiles(given ? resolve(given) : join(root, SHIPPED)),
    ({ folder }, files) => writeFiles(files, join(folder, 'models')),
  );
}

/** {file name: content}: the LiteRT files of a packed model, or those that a folder describes. */
export function modelFiles(model: string): Map<string, Buffer> {
  const status = statSync(model, { throwIfNoEntry: false });
  if (!status) throw new Error(`${VARIABLE}: there is no model at ${model}.`);
  if (status.isDirectory()) {
    const description = join(model, 'model.json');
    if (!statSync(description, { throwIfNoEntry: false })) {
      throw new Error(`${VARIABLE}: ${model} has no model.json: give the folder litert/ of an export.`);
    }
    const { files } = JSON.parse(readFileSync(description, 'utf8')) as { files: { name: string }[] };
    const names = ['model.json', ...files.map((file) => basename(file.name))];
    return new Map(names.map((name) => [name, readFileSync(join(model, name))]));
  }
  return litertFilesOf(readFileSync(model), basename(model));
}

export function writeFiles(files: ReadonlyMap<string, Buffer>, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
