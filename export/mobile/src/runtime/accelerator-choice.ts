/**
 * Chooses the accelerator for a file. WebAssembly is the reference: WebGPU is used only if it runs
 * every operation and gives the same picture, and with "auto" only if it is faster.
 */
import { getWebGpuDevice } from '@litertjs/core';

import { CompiledFile, type Input } from './compiled-file';
import type { AcceleratorWish, EditShape, Loaded, Note } from './protocol';

/** Mean difference, in [-1, 1] units, allowed for half precision on a GPU: 2.5 of 255 levels. */
const LARGEST_MEAN_DIFFERENCE = 0.02;
const TIMED_RUNS = 3;

export interface Chosen extends Loaded {
  readonly file: CompiledFile;
}

export async function compileAsWished(
  bytes: Uint8Array<ArrayBuffer>,
  role: 'edit' | 'classify',
  shape: EditShape,
  wish: AcceleratorWish,
  mostThreads: number,
): Promise<Chosen> {
  const { file: wasm, threads } = await onFastestThreads(bytes, role, shape, mostThreads);
  const stay = (text: Note['text'] | null, detail = ''): Chosen => ({
    file: wasm,
    accelerator: 'wasm',
    threads,
    note: text && { text, detail },
  });
  if (wish === 'wasm') return stay(null);
  const asked = wish === 'webgpu';
  if (!getWebGpuDevice()) {
    return stay(asked ? 'gpuMissing' : null);
  }
  let gpu: CompiledFile;
  try {
    gpu = await CompiledFile.compile(bytes, role, shape, 'webgpu');
  } catch (error) {
    return stay('gpuCannotLoad', String(error));
  }
  const leave = (text: Note['text'], detail = ''): Chosen => {
    gpu.delete();
    return stay(text, detail);
  };
  if (gpu.accelerator !== 'webgpu' || !gpu.complete) {
    return leave('gpuIncomplete');
  }
  try {
    const inputs = probe(role, shape);
    const difference = meanDifference(await wasm.run(inputs), await gpu.run(inputs));
    if (!(difference <= LARGEST_MEAN_DIFFERENCE)) {
      return leave('gpuDiffers');
    }
    if (!asked && (await timeOf(gpu, inputs)) > (await timeOf(wasm, inputs))) {
      return leave('gpuSlower');
    }
  } catch (error) {
    return leave('gpuFailed', String(error));
  }
  wasm.delete();
  return { file: gpu, accelerator: 'webgpu', threads: 1, note: null };
}

/** On one thread, or on all if that is faster. */
async function onFastestThreads(
  bytes: Uint8Array<ArrayBuffer>,
  role: 'edit' | 'classify',
  shape: EditShape,
  most: number,
): Promise<{ file: CompiledFile; threads: number }> {
  const single = await CompiledFile.compile(bytes, role, shape, 'wasm', 1);
  if (most < 2) return { file: single, threads: 1 };
  const several = await CompiledFile.compile(bytes, role, shape, 'wasm', most);
  const inputs = probe(role, shape);
  if ((await timeOf(several, inputs)) < (await timeOf(single, inputs))) {
    single.delete();
    return { file: several, threads: most };
  }
  several.delete();
  return { file: single, threads: 1 };
}

/** Test input: a picture of gradients, with the first attribute added. */
function probe(role: 'edit' | 'classify', shape: EditShape): Record<string, Input> {
  const size = shape.imageSize;
  const images = Float32Array.from({ length: size * size * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % size;
    const y = Math.floor(i / 3 / size);
    return Math.sin((x * (1 + (i % 3)) + 2 * y) / 9);
  });
  const inputs: Record<string, Input> = { images: { data: images, shape: [1, size, size, 3] } };
  if (role === 'classify') return inputs;
  const vector = [1, shape.attributes];
  const difference = new Float32Array(shape.attributes);
  difference[0] = 1;
  inputs['attribute_difference'] = { data: difference, shape: vector };
  if (shape.needsSource) {
    inputs['source_attributes'] = { data: new Float32Array(shape.attributes), shape: vector };
  }
  return inputs;
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

async function timeOf(file: CompiledFile, inputs: Record<string, Input>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < TIMED_RUNS; run++) {
    const start = performance.now();
    await file.run(inputs);
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}
