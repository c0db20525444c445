import { describe, expect, it } from 'vitest';

import { parseDescription } from '../src/model/description';
import { Problem } from '../src/problem';

const FILE = {
  name: 'edit_float32.tflite',
  role: 'edit',
  precision: 'float32',
  bytes: 4759540,
  sha256: 'ab'.repeat(32),
  psnr: null,
  latency_ms: 5.5,
};
const DESCRIPTION = {
  format: 'stgan_tf.model',
  format_version: 2,
  attributes: ['Bald', 'Bangs', 'Eyeglasses'],
  conflicts: { Bald: ['Bangs'], Bangs: ['Bald'], Eyeglasses: [] },
  label_mode: 'difference',
  label_scale: 1,
  inputs: ['images', 'attribute_difference'],
  image_size: 64,
  image_range: [-1, 1],
  crop_box: [26, 3, 170, 170],
  frame: [218, 178],
  training_frame: [109, 89],
  intensity: { trained: 1, paper: 1.5 },
  has_classifier: false,
  files: [FILE],
  provenance: { run: 'runs/demo', step: 1700 },
};

const parsed = (changes: object) => parseDescription(JSON.stringify({ ...DESCRIPTION, ...changes }));

function problem(text: string): Problem {
  try {
    parseDescription(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('Nothing was wrong.');
}

describe('parseDescription', () => {
  it('reads what stgan_tf.export writes', () => {
    const model = parsed({});
    expect(model.attributes).toEqual(['Bald', 'Bangs', 'Eyeglasses']);
    const box = { top: 26, left: 3, height: 170, width: 170 };
    expect(model.crop).toEqual({ box, size: { height: 218, width: 178 } });
    expect(model.trainingFrame).toEqual({ height: 109, width: 89 });
    expect(model.largestIntensity).toBe(1.5);
    expect(model.needsSource).toBe(false);
    expect(model.files).toEqual([
      {
        name: 'edit_float32.tflite',
        role: 'edit',
        precision: 'float32',
        bytes: 4759540,
        sha256: 'ab'.repeat(32),
        psnr: null,
        latencyMs: 5.5,
      },
    ]);
  });

  it('knows how well the classifier sees', () => {
    const classifier = { sha256: 'ab'.repeat(32), validation_mean_accuracy: 0.97 };
    expect(parsed({ classifier }).classifierAccuracy).toBe(0.97);
    expect(parsed({ classifier: null }).classifierAccuracy).toBeNull();
    expect(parsed({}).classifierAccuracy).toBeNull(); // of an earlier version
  });

  it.each(['target', 'binary'])('asks for source attributes for label mode %s', (label_mode) => {
    expect(parsed({ label_mode }).needsSource).toBe(true);
  });

  it('takes models of whole images', () => {
    expect(parsed({ crop_box: null, frame: null, training_frame: null }).crop).toBeNull();
  });

  it('of domains sees whole pictures, unless it has a crop', () => {
    const seasons = { attributes: ['winter'], domains: ['summer', 'winter'], resize: 'contain' };
    const whole = parsed({ ...seasons, crop_box: null, frame: null, training_frame: null });
    expect(whole).toMatchObject({
      domains: ['summer', 'winter'],
      resize: 'contain',
      seesWholePictures: true,
    });
    expect(parsed(seasons).seesWholePictures).toBe(false);
    const square = parsed({ crop_box: null, frame: null, training_frame: null });
    expect(square).toMatchObject({ domains: [], resize: '', seesWholePictures: false });
  });

  it('takes what earlier versions wrote for a crop of CelebA', () => {
    const old = parsed({ format_version: 1, frame: undefined, training_frame: undefined });
    expect(old.crop?.size).toEqual({ height: 218, width: 178 });
    expect(old.trainingFrame).toBeNull();
  });

  it('takes a frame of the user', () => {
    const model = parsed({ crop_box: [13, 2, 85, 85], frame: [109, 89] });
    expect(model.crop?.size).toEqual({ height: 109, width: 89 });
  });

  it.each([
    ['not JSON', '{"format"', /not JSON/],
    ['another format', '{"format": "onnx"}', /not written by stgan_tf.export/],
    ['a list', '[]', /not written by stgan_tf.export/],
  ])('refuses %s', (_, text, message) => {
    expect(problem(text).detail).toMatch(message);
  });

  it.each([
    ['a newer version', { format_version: 3 }, /format_version must be 1 or 2.*Received: 3/],
    ['no attributes', { attributes: [] }, /distinct names/],
    ['repeated attributes', { attributes: ['Bald', 'Bald'] }, /distinct names/],
    ['an unknown label mode', { label_mode: 'delta' }, /Received: "delta"/],
    ['a size of 0', { image_size: 0 }, /"image_size".*Received: 0/],
    ['a fractional size', { image_size: 64.5 }, /"image_size"/],
    ['a crop outside the frame', { crop_box: [60, 3, 170, 170] }, /inside 178x218/],
    ['a crop outside its own frame', { frame: [109, 89] }, /inside 89x109/],
    ['a frame of one number', { frame: [109] }, /"frame" must be \[height, width\]/],
    ['a crop of three numbers', { crop_box: [26, 3, 170] }, /crop_box/],
    ['repeated domains', { domains: ['Bald', 'Bald'] }, /"domains" must be distinct names/],
    ['domains in words', { domains: 'summer' }, /"domains" must be a list/],
    ['attributes beside the domains', { domains: ['Bald', 'Bangs'] }, /some of the "domains"/],
    ['an unknown resize', { resize: 'tile' }, /"resize" must be stretch.*Received: "tile"/],
    ['no files', { files: [] }, /no LiteRT file with the role "edit"/],
    ['files that only classify', { files: [{ ...FILE, role: 'classify' }] }, /no LiteRT file/],
    ['a file elsewhere', { files: [{ ...FILE, name: '../secret' }] }, /plain file name/],
    ['a file of another host', { files: [{ ...FILE, name: 'https://a.b/c' }] }, /plain file name/],
    ['a digest that is none', { files: [{ ...FILE, sha256: 'abc' }] }, /64 hexadecimal digits/],
    ['a size in words', { files: [{ ...FILE, bytes: '4 MB' }] }, /"bytes"/],
  ])('refuses %s', (_, changes, message) => {
    const found = problem(JSON.stringify({ ...DESCRIPTION, ...changes }));
    expect(found.detail).toMatch(message);
    expect(found.remedy).toMatch(/python -m stgan_tf.export/);
  });
});
