/** Messages between the page and the worker that runs the models. */
export type Accelerator = 'wasm' | 'webgpu';
export type AcceleratorWish = Accelerator | 'auto';

export interface EditShape {
  readonly imageSize: number;
  readonly attributes: number;
  readonly needsSource: boolean;
}

export type Job =
  | { readonly kind: 'start'; readonly wasmFolder: string; readonly threaded: boolean }
  | {
      readonly kind: 'load';
      readonly role: 'edit' | 'classify';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly shape: EditShape;
      readonly wish: AcceleratorWish;
    }
  | {
      readonly kind: 'edit';
      readonly images: Float32Array<ArrayBuffer>;
      readonly difference: Float32Array<ArrayBuffer>;
      readonly source: Float32Array<ArrayBuffer> | null;
    }
  | { readonly kind: 'load-detector'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'detect'; readonly view: Float32Array<ArrayBuffer> }
  | { readonly kind: 'classify'; readonly images: Float32Array<ArrayBuffer> };

export interface Loaded {
  readonly accelerator: Accelerator;
  /** On which WebAssembly runs. */
  readonly threads: number;
  /** Why the accelerator is not the requested one; null if it is. */
  readonly note: Note | null;
}

/** A reason for not using WebGPU, by its text's key, and the browser's message. */
export interface Note {
  readonly text:
    | 'gpuMissing'
    | 'gpuCannotLoad'
    | 'gpuIncomplete'
    | 'gpuDiffers'
    | 'gpuSlower'
    | 'gpuFailed';
  readonly detail: string;
}

export interface Result {
  readonly values: Float32Array<ArrayBuffer>;
  readonly milliseconds: number;
}

export interface Request {
  readonly id: number;
  readonly job: Job;
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: Loaded | Result | null }
  | { readonly id: number; readonly ok: false; readonly message: string };
