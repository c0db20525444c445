/** A compiled LiteRT file; tensors are deleted explicitly, as LiteRT.js requires. */
import { type CompiledModel, loadAndCompile, type SignatureRunner, Tensor } from '@litertjs/core';

import type { Accelerator, EditShape } from './protocol';
import { classifyShapes, editShapes, mismatch } from './signature-check';

export interface Input {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: number[];
}

export class CompiledFile {
  private constructor(
    private readonly model: CompiledModel,
    private readonly runner: SignatureRunner,
    private readonly output: string,
    readonly accelerator: Accelerator,
    /** Whether every operation runs on the accelerator. */
    readonly complete: boolean,
  ) {}

  static async compile(
    bytes: Uint8Array<ArrayBuffer>,
    role: 'edit' | 'classify',
    shape: EditShape,
    accelerator: Accelerator,
    threads = 1,
  ): Promise<CompiledFile> {
    const model = await loadAndCompile(bytes, { accelerator, cpuOptions: { numThreads: threads } });
    try {
      const runner = model.signatures[role];
      if (!runner) {
        const names = Object.keys(model.signatures).join(', ') || 'none';
        throw new Error(`It has no signature "${role}" (it has: ${names}).`);
      }
      const wanted = role === 'edit' ? editShapes(shape) : classifyShapes(shape);
      const wrong =
        mismatch(wanted.inputs, runner.getInputDetails(), 'input') ??
        mismatch(wanted.outputs, runner.getOutputDetails(), 'output');
      if (wrong) throw new Error(wrong);
      // In some browsers LiteRT.js falls back to wasm by itself, which shows in its options.
      const actual = model.options.accelerator === 'webgpu' ? 'webgpu' : 'wasm';
      const complete = actual === 'wasm' || model.isFullyAccelerated;
      return new CompiledFile(model, runner, Object.keys(wanted.outputs)[0]!, actual, complete);
    } catch (error) {
      model.delete();
      throw error;
    }
  }

  async run(inputs: Readonly<Record<string, Input>>): Promise<Float32Array<ArrayBuffer>> {
    const tensors: Record<string, Tensor> = {};
    let outputs: Record<string, Tensor> = {};
    try {
      for (const [name, { data, shape }] of Object.entries(inputs)) {
        tensors[name] = new Tensor(data, shape);
      }
      outputs = await this.runner.run(tensors);
      // Copied out of the WebAssembly memory, whose views become stale when it grows.
      return new Float32Array(await outputs[this.output]!.data());
    } finally {
      for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.delete();
    }
  }

  delete(): void {
    this.model.delete();
  }
}
