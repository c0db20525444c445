/// <reference lib="webworker" />
/**
 * Runs the models off the page's main thread, so that sliders stay smooth during inference.
 * A classic worker: LiteRT.js loads its WebAssembly glue with importScripts.
 */
import { loadLiteRt } from '@litertjs/core';

import { compileAsWished } from './accelerator-choice';
import { CompiledDetector } from './compiled-detector';
import type { CompiledFile, Input } from './compiled-file';
import { THREADED_BUILD } from './wasm-build';
import type { Answer, EditShape, Job, Loaded, Request, Result } from './protocol';

/** More do not make networks of these sizes faster. */
const MOST_THREADS = 4;

const files: { edit: CompiledFile | null; classify: CompiledFile | null } = {
  edit: null,
  classify: null,
};
let detector: CompiledDetector | null = null;
let shape: EditShape | null = null;
let mostThreads = 1;

async function perform(job: Job): Promise<Loaded | Result | null> {
  switch (job.kind) {
    case 'start':
      Object.assign(self, { Module: moduleOptions(job.wasmFolder) });
      await loadLiteRt(job.wasmFolder, { threads: job.threaded });
      mostThreads = job.threaded ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
      return null;
    case 'load': {
      const { file, accelerator, threads, note } = await compileAsWished(
        job.bytes,
        job.role,
        job.shape,
        job.wish,
        mostThreads,
      );
      files[job.role]?.delete();
      files[job.role] = file;
      shape = job.shape;
      return { accelerator, threads, note };
    }
    case 'edit': {
      const vector = [1, job.difference.length];
      const inputs: Record<string, Input> = {
        ...pictures(job.images),
        attribute_difference: { data: job.difference, shape: vector },
      };
      if (job.source) inputs['source_attributes'] = { data: job.source, shape: vector };
      return timed('edit', inputs);
    }
    case 'load-detector':
      detector = await CompiledDetector.compile(job.bytes);
      return null;
    case 'detect': {
      if (!detector) throw new Error('The face detector is not loaded.');
      const start = performance.now();
      const values = await detector.run(job.view);
      return { values, milliseconds: performance.now() - start };
    }
    case 'classify':
      return timed('classify', pictures(job.images));
  }
}

/** Options for Emscripten's glue code. */
function moduleOptions(folder: string): object {
  return {
    // Otherwise it would look for the .wasm file next to this script.
    locateFile: (file: string) => folder + file,
    // Threads are workers that run this script.
    mainScriptUrlOrBlob: `${folder}${THREADED_BUILD}.js`,
    // LiteRT logs everything to the error stream, even progress messages.
    printErr: (line: string) => {
      if (/^(INFO|VERBOSE|WARNING):/.test(line)) console.debug(line);
      else console.error(line);
    },
  };
}

function pictures(data: Float32Array<ArrayBuffer>): Record<string, Input> {
  const size = shape?.imageSize ?? 0;
  return { images: { data, shape: [1, size, size, 3] } };
}

async function timed(role: 'edit' | 'classify', inputs: Record<string, Input>): Promise<Result> {
  const file = files[role];
  if (!file) throw new Error(`No file with the role ${role} is loaded.`);
  const start = performance.now();
  const values = await file.run(inputs);
  return { values, milliseconds: performance.now() - start };
}

const scope = self as unknown as DedicatedWorkerGlobalScope;

// One job at a time: LiteRT.js models are not reentrant.
let last: Promise<void> = Promise.resolve();
scope.onmessage = (event: MessageEvent<Request>) => {
  const { id, job } = event.data;
  last = last.then(async () => {
    let answer: Answer;
    try {
      answer = { id, ok: true, value: await perform(job) };
    } catch (error) {
      answer = { id, ok: false, message: error instanceof Error ? error.message : String(error) };
    }
    scope.postMessage(answer);
  });
};
