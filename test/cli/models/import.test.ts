import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImport } from '../../../cli/models/import.ts';
import { RejectedInput } from '../../../shared/errors.ts';

const MANIFEST = {
  ...{ schema: 1, kind: 'onnx', family: 'catboost', feature_set: 'tracker-v2', features: ['vix'] },
  ...{ class_order: ['SELL', 'HOLD', 'BUY'], trained_through: '2026-02-04' },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

describe('readImport', () => {
  it.each([
    ['a folder', 'manifest.json', () => folder],
    ['a manifest', 'manifest.json', () => join(folder, 'manifest.json')],
    ['a model with its manifest beside it', 'model.json', () => join(folder, 'model.onnx')],
    ['a model in a folder with a manifest', 'manifest.json', () => join(folder, 'model.onnx')],
  ])('takes %s', (_, name, path) => {
    write(name, MANIFEST);
    write('model.onnx', 'bytes');
    write('other.txt', 'not asked for');
    const { manifest, files } = readImport(path());
    expect(manifest).toMatchObject({ family: 'catboost', target: 'tb15', configurations_tried: null });
    expect([...files.keys()]).toEqual(['manifest.json', 'model.onnx']);
  });

  it.each([
    ['nothing there', () => undefined, /expected a folder with manifest.json, or a model .+, was nothing/],
    [
      'a folder without a manifest',
      () => mkdirSync(join(folder, 'x')),
      /was no manifest \(.+manifest.json\)/,
    ],
    [
      'a missing model',
      () => write('x', MANIFEST),
      /model.onnx: expected beside x, was absent in .+; put it there/,
    ],
    ['no JSON', () => write('x', '{'), /manifest.json: expected JSON, was unreadable/],
    [
      'an unknown kind',
      () => write('x', { ...MANIFEST, kind: 'pickle' }),
      /manifest.json: kind: .+; say onnx for/,
    ],
    [
      'no features',
      () => write('x', { ...MANIFEST, features: [] }),
      /features: expected .+; list the feature names/,
    ],
    [
      'a feature twice',
      () => write('x', { ...MANIFEST, features: ['a', 'a'] }),
      /expected every feature once, was a twice/,
    ],
    [
      'no date',
      () => write('x', { ...MANIFEST, trained_through: 'May' }),
      /trained_through: .+, was "May"; state the last session/,
    ],
    [
      'a file elsewhere',
      () => write('x', { ...MANIFEST, model: '../m.onnx' }),
      /model: expected the name of a file in the same folder, was/,
    ],
    [
      'a threshold above 1',
      () => write('x', { ...MANIFEST, thresholds: { buy: 2, sell: 0.5 } }),
      /thresholds.buy: expected .+, was 2/,
    ],
  ])('refuses %s', (_, prepare, message) => {
    prepare();
    const reading = () => readImport(join(folder, 'x'));
    expect(reading).toThrow(RejectedInput);
    expect(reading).toThrow(message);
  });
});
