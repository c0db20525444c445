/** Checks that a LiteRT file has the signature given in model.json. */
import type { EditShape } from './protocol';

export interface TensorLike {
  readonly name: string;
  readonly dtype: string;
  readonly shape: ArrayLike<number>;
}
type Shapes = Readonly<Record<string, readonly number[]>>;

/** Inputs and outputs of the edit file. */
export function editShapes(shape: EditShape): { inputs: Shapes; outputs: Shapes } {
  const images = [1, shape.imageSize, shape.imageSize, 3];
  const vector = [1, shape.attributes];
  return {
    inputs: {
      images,
      attribute_difference: vector,
      ...(shape.needsSource ? { source_attributes: vector } : {}),
    },
    outputs: { edited: images },
  };
}

export function classifyShapes(shape: EditShape): { inputs: Shapes; outputs: Shapes } {
  return {
    inputs: { images: [1, shape.imageSize, shape.imageSize, 3] },
    outputs: { probabilities: [1, shape.attributes] },
  };
}

/** Null if `found` matches `wanted`, otherwise a sentence describing the mismatch. */
export function mismatch(wanted: Shapes, found: readonly TensorLike[], what: string): string | null {
  for (const [name, shape] of Object.entries(wanted)) {
    const tensor = found.find((candidate) => candidate.name === name);
    if (!tensor) {
      const names = found.map((candidate) => candidate.name).join(', ') || 'none';
      return `It has no ${what} "${name}" (it has: ${names}).`;
    }
    const actual = Array.from(tensor.shape);
    if (actual.length !== shape.length || actual.some((side, axis) => side !== shape[axis])) {
      return `Its ${what} "${name}" is (${actual.join(', ')}), but model.json says (${shape.join(', ')}).`;
    }
    if (tensor.dtype !== 'float32') {
      return `Its ${what} "${name}" is ${tensor.dtype}; this page supports only float32.`;
    }
  }
  const extra = found.find((tensor) => !(tensor.name in wanted));
  return extra ? `It has an ${what} "${extra.name}" that model.json does not list.` : null;
}
