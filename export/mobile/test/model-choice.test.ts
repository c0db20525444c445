import { describe, expect, it } from 'vitest';

import { attributeLabel, signed, valueText } from '../src/model/attribute-label';
import type { ModelFile } from '../src/model/description';
import { defaultFile, sizeLabel } from '../src/model/precision';
import { editShapes, mismatch } from '../src/runtime/signature-check';

const file = (precision: string, bytes: number, psnr: number | null): ModelFile => ({
  name: `edit_${precision}.tflite`,
  role: 'edit',
  precision,
  bytes,
  sha256: '',
  psnr,
  latencyMs: null,
});

describe('defaultFile', () => {
  it('is the smallest that was measured to be as good', () => {
    const files = [file('float32', 40, null), file('float16', 20, 70), file('dynamic_int8', 10, 42)];
    expect(defaultFile(files).precision).toBe('dynamic_int8');
  });

  it('is none that loses quality, and none that was not measured', () => {
    const files = [file('int8', 5, 25), file('dynamic_int8', 10, null), file('float32', 40, null)];
    expect(defaultFile(files).precision).toBe('float32');
  });
});

describe('labels', () => {
  it.each([
    ['Mouth_Slightly_Open', 'Mouth open'],
    ['No_Beard', 'No beard'],
    ['5_o_Clock_Shadow', '5 o’clock shadow'],
    ['hat', 'Hat'],
  ])('%s is %s', (name, label) => expect(attributeLabel(name)).toBe(label));

  it.each([
    [0, '0', 'unchanged'],
    [1.5, '+1.50', 'add, strength 1.50'],
    [-0.05, '−0.05', 'remove, strength 0.05'],
  ])('%d is %s', (value, text, spoken) => {
    expect(signed(value)).toBe(text);
    expect(valueText(value)).toBe(spoken);
  });

  it.each([
    [55_304, '55 kB'],
    [4_759_540, '4.8 MB'],
    [210_000_000, '210 MB'],
  ])('%d bytes are %s', (bytes, label) => expect(sizeLabel(bytes)).toBe(label));
});

describe('mismatch', () => {
  const { inputs, outputs } = editShapes({ imageSize: 64, attributes: 13, needsSource: false });
  const images = { name: 'images', dtype: 'float32', shape: Int32Array.of(1, 64, 64, 3) };
  const vector = { name: 'attribute_difference', dtype: 'float32', shape: Int32Array.of(1, 13) };

  it('accepts what model.json says', () => {
    expect(mismatch(inputs, [vector, images], 'input')).toBeNull();
    expect(mismatch(outputs, [{ ...images, name: 'edited' }], 'output')).toBeNull();
  });

  it.each([
    ['a count of attributes', [images, { ...vector, shape: [1, 5] }], /\(1, 5\), but model.json says \(1, 13\)/],
    ['a size', [{ ...images, shape: [1, 32, 32, 3] }, vector], /\(1, 32, 32, 3\)/],
    ['a name', [images, { ...vector, name: 'label' }], /no input "attribute_difference" .*label/],
    ['a type', [{ ...images, dtype: 'uint8' }, vector], /uint8/],
    ['more inputs', [images, vector, { ...vector, name: 'source_attributes' }], /does not list/],
  ])('tells apart %s', (_, found, message) => {
    expect(mismatch(inputs, found, 'input')).toMatch(message);
  });
});
