/** The compiled face detector, a LiteRT file without signatures. */
import { type CompiledModel, loadAndCompile, Tensor } from '@litertjs/core';

import { BOXES, VALUES, VIEW_SIDE } from '../detection/blazeface';

export class CompiledDetector {
  private constructor(private readonly model: CompiledModel) {}

  static async compile(bytes: Uint8Array<ArrayBuffer>): Promise<CompiledDetector> {
    return new CompiledDetector(await loadAndCompile(bytes, { accelerator: 'wasm', cpuOptions: { numThreads: 1 } }));
  }

  /** The scores of all boxes, then their values. */
  async run(view: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const input = new Tensor(view, [1, VIEW_SIDE, VIEW_SIDE, 3]);
    let outputs: Tensor[] = [];
    try {
      outputs = await this.model.run([input]);
      const result = new Float32Array(BOXES * (1 + VALUES));
      for (const output of outputs) {
        const data = await output.data();
        result.set(data, data.length === BOXES ? 0 : BOXES);
      }
      return result;
    } finally {
      for (const tensor of [input, ...outputs]) tensor.delete();
    }
  }
}
