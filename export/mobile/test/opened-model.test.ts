import { describe, expect, it } from 'vitest';

import { sha256 } from '../src/model/model-source';
import { OpenedModel } from '../src/model/opened-model';
import { Problem } from '../src/problem';

const BYTES = new TextEncoder().encode('a model');

async function described(): Promise<string> {
  const digest = await sha256(BYTES);
  const entry = (name: string, role: string) => ({
    name, role, precision: name.slice(5, -7), bytes: BYTES.length, sha256: digest,
  });
  return JSON.stringify({
    format: 'stgan_tf.model',
    format_version: 2,
    attributes: ['Young'],
    label_mode: 'difference',
    image_size: 64,
    files: [entry('edit_float32.tflite', 'edit'), entry('edit_float16.tflite', 'edit')],
  });
}

const problemOf = async (promise: Promise<unknown>): Promise<Problem> => {
  const failure = await promise.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Problem);
  return failure as Problem;
};

describe('OpenedModel', () => {
  it('lists the files that were opened and checks them', async () => {
    const json = new File([await described()], 'model.json');
    const model = new OpenedModel([new File([BYTES], 'edit_float16.tflite'), json]);
    const { files } = await model.description();
    expect(files.map(({ name }) => name)).toEqual(['edit_float16.tflite']);
    expect(await model.file(files[0]!)).toEqual({ bytes: BYTES, verified: true });
  });

  it('refuses a file of another digest', async () => {
    const json = new File([await described()], 'model.json');
    const model = new OpenedModel([json, new File(['b model'], 'edit_float16.tflite')]);
    const { files } = await model.description();
    expect((await problemOf(model.file(files[0]!))).title).toMatch(/edit_float16.tflite is damaged/);
  });

  it('says which files are missing', async () => {
    const json = new File([await described()], 'model.json');
    const alone = await problemOf(new OpenedModel([json]).description());
    expect(alone.detail).toMatch(/edit_float32.tflite, edit_float16.tflite/);
    const without = await problemOf(new OpenedModel([new File([BYTES], 'a.tflite')]).description());
    expect(without.detail).toBe('Opened: a.tflite.');
    const foreign = new OpenedModel([new File(['{}'], 'package.json')]);
    expect((await problemOf(foreign.description())).detail).toMatch(/not written by stgan_tf.export/);
  });
});
