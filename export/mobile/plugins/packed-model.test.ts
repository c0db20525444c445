import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { modelFiles, writeFiles } from './model-in-page.ts';
import { litertFilesOf } from './packed-model.ts';

const SHIPPED = join(import.meta.dirname, '../../../stgan_tf/shipped_models/drawn-faces-64.stgan');

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'model-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('litertFilesOf', () => {
  it('reads what the description lists, byte by byte', () => {
    const files = litertFilesOf(readFileSync(SHIPPED), 'drawn-faces-64.stgan');
    const description = JSON.parse(files.get('model.json')!.toString()) as {
      files: { name: string; sha256: string; bytes: number }[];
    };
    expect(description.files.length).toBeGreaterThan(0);
    for (const { name, sha256, bytes } of description.files) {
      const content = files.get(name)!;
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(files.size).toBe(1 + description.files.length);
  });

  it('refuses other files and names them', () => {
    expect(() => litertFilesOf(Buffer.from('no zip'.repeat(9)), 'x.stgan')).toThrow(/x.stgan is not a zip/);
    expect(() => litertFilesOf(Buffer.from(''), 'x.stgan')).toThrow(/x.stgan is not a zip/);
  });

  it('refuses a part of another digest', () => {
    const packed = readFileSync(SHIPPED);
    const text = Buffer.from('litert/model.json');
    const at = packed.indexOf(text);
    const start = at + text.length;
    packed[start + 400]! ^= 1;
    expect(() => litertFilesOf(packed, 'x.stgan')).toThrow(/damaged|incorrect|invalid/);
  });
});

describe('modelFiles', () => {
  it('copies a packed model, or the files that a folder describes', () => {
    const first = join(folder, 'first');
    writeFiles(modelFiles(SHIPPED), first);
    const names = readdirSync(first).sort();
    expect(names).toContain('model.json');
    writeFileSync(join(first, 'notes.txt'), 'not a part');
    const second = join(folder, 'second');
    writeFiles(modelFiles(first), second);
    expect(readdirSync(second).sort()).toEqual(names);
  });

  it('names what is missing', () => {
    expect(() => modelFiles(join(folder, 'none'))).toThrow(/no model at .*none/);
    expect(() => modelFiles(folder)).toThrow(/has no model.json/);
  });
});
