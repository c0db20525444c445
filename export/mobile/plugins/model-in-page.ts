/** Build step: puts a model into the built page, so that a static host is enough. */
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import type { Plugin } from 'vite';

import { litertFilesOf } from './packed-model.ts';

/** The smaller model of the Python package. */
const SHIPPED = '../../stgan_tf/shipped_models/drawn-faces-64.stgan';
/** Names another one: a packed model, or a folder of model.json and LiteRT files. */
const VARIABLE = 'STGAN_WEB_MODEL';

export function modelInPage(): Plugin {
  let folder = '';
  let root = '';
  return {
    name: 'stgan-model-in-page',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      folder = join(config.root, config.build.outDir, 'models');
    },
    closeBundle() {
      const given = process.env[VARIABLE];
      copyModel(given ? resolve(given) : join(root, SHIPPED), folder);
    },
  };
}

/** Copies the LiteRT files of a packed model, or of a folder, to `folder`. */
export function copyModel(model: string, folder: string): void {
  const status = statSync(model, { throwIfNoEntry: false });
  if (!status) throw new Error(`${VARIABLE}: there is no model at ${model}.`);
  if (status.isDirectory()) {
    const description = join(model, 'model.json');
    if (!statSync(description, { throwIfNoEntry: false })) {
      throw new Error(`${VARIABLE}: ${model} has no model.json: give the folder litert/ of an export.`);
    }
    const { files } = JSON.parse(readFileSync(description, 'utf8')) as { files: { name: string }[] };
    mkdirSync(folder, { recursive: true });
    for (const name of ['model.json', ...files.map((file) => basename(file.name))]) {
      cpSync(join(model, name), join(folder, name));
    }
    return;
  }
  const files = litertFilesOf(readFileSync(model), basename(model));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
