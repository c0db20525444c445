/** The page's side of the worker: promises instead of messages. */
import { BOXES } from '../detection/blazeface';
import { hasThreads } from './wasm-build';
import type { AcceleratorWish, Answer, EditShape, Job, Loaded, Request, Result } from './protocol';

type Waiting = { resolve: (value: Loaded | Result | null) => void; reject: (error: Error) => void };

export class ModelRunner {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  /** Set when the worker script itself has failed and no longer responds. */
  private broken: Error | null = null;

  /** Loads LiteRT.js' WebAssembly from `wasmFolder`, an absolute URL; with threads if the page can. */
  async start(wasmFolder: string): Promise<void> {
    if (hasThreads()) {
      try {
        await withinPatience(this.launch(wasmFolder, true));
        return;
      } catch (error) {
        console.warn(`Threads are not used: ${String(error)}`);
      }
    }
    await this.launch(wasmFolder, false);
  }

  private async launch(wasmFolder: string, threaded: boolean): Promise<void> {
    this.worker?.terminate();
    this.broken = null;
    this.waiting.clear();
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { name: 'models' });
    worker.onmessage = (event: MessageEvent<Answer>) => {
      const answer = event.data;
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (answer.ok) waiting?.resolve(answer.value);
      else waiting?.reject(new Error(answer.message));
    };
    worker.onerror = (event) => {
      const error = new Error(event.message || 'The worker that runs the model could not start.');
      this.broken = error;
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    };
    this.worker = worker;
    await this.ask({ kind: 'start', wasmFolder, threaded });
  }

  load(
    role: 'edit' | 'classify',
    bytes: Uint8Array<ArrayBuffer>,
    shape: EditShape,
    wish: AcceleratorWish,
  ): Promise<Loaded> {
    return this.ask<Loaded>({ kind: 'load', role, bytes, shape, wish }, [bytes.buffer]);
  }

  edit(
    images: Float32Array<ArrayBuffer>,
    difference: Float32Array<ArrayBuffer>,
    source: Float32Array<ArrayBuffer> | null,
  ): Promise<Result> {
    return this.ask<Result>({ kind: 'edit', images, difference, source });
  }

  classify(images: Float32Array<ArrayBuffer>): Promise<Result> {
    return this.ask<Result>({ kind: 'classify', images });
  }

  async loadDetector(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.ask({ kind: 'load-detector', bytes }, [bytes.buffer]);
  }

  /** The face detector's scores and values for a view. */
  async detect(view: Float32Array<ArrayBuffer>): Promise<readonly [Float32Array, Float32Array]> {
    const { values } = await this.ask<Result>({ kind: 'detect', view });
    return [values.subarray(0, BOXES), values.subarray(BOXES)];
  }

  private ask<Value extends Loaded | Result | null>(
    job: Job,
    transfer: Transferable[] = [],
  ): Promise<Value> {
    const request: Request = { id: this.nextId++, job };
    const { worker } = this;
    if (this.broken || !worker) {
      return Promise.reject(this.broken ?? new Error('The runtime is not started.'));
    }
    return new Promise<Value>((resolve, reject) => {
      this.waiting.set(request.id, { resolve: resolve as Waiting['resolve'], reject });
      worker.postMessage(request, transfer);
    });
  }
}

/** A host may isolate the page and yet keep its threads from starting, without any error. */
const PATIENCE_MS = 15_000;

function withinPatience(promise: Promise<void>): Promise<void> {
  const late = new Promise<void>((_, reject) => {
    setTimeout(() => reject(new Error('they did not start in time')), PATIENCE_MS);
  });
  return Promise.race([promise, late]);
}
