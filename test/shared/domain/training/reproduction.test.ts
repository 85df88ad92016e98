import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../../shared/domain/training/bundle.ts';
import { readOptions, writtenOptions } from '../../../../shared/domain/training/procedure.ts';
import { compareBundles } from '../../../../shared/domain/training/reproduction.ts';

const HASH = 'a'.repeat(64);
const bundle = (more: Partial<Bundle> = {}): Bundle => ({
  schema: 1,
  version: '2025-12-04-aaaaaaaa',
  bundle_hash: HASH,
  logic_hash: HASH,
  exchange: 'NSE',
  target: 'tb15',
  family: 'linear',
  feature_set: 'tracker-v2',
  feature_names: ['vix'],
  class_order: ['SELL', 'HOLD', 'BUY'],
  regime_inputs: ['vix'],
  regime_states: 2,
  dataset_version: '2025-12-04',
  dataset_hash: 'd',
  code_version: '1.0.0',
  seed: 1,
  parameters: {},
  rounds: 1,
  exploratory: false,
  trained_through: '2025-12-01',
  holdout_sessions: [],
  created_at: '2025-12-04T10:00:00.000Z',
  procedure: { families: ['linear'], options: {}, blocking_flags: [], libraries: { node: 'v24.0.0' } },
  files: { 'model.onnx': '1', 'report.json': '2', 'oof.json': '3' },
  ...more,
});

describe('compareBundles', () => {
  it('finds the same the same, but for how long it took', () => {
    const again = bundle({ files: { 'model.onnx': '1', 'report.json': '9', 'oof.json': '3' } });
    expect(compareBundles(bundle(), again)).toEqual({
      version: '2025-12-04-aaaaaaaa',
      same: true,
      bundle_hash: HASH,
      reproduced_hash: HASH,
      different: [],
      changed: [],
    });
  });

  it('names files that differ, that are gone and that are new', () => {
    const again = bundle({
      bundle_hash: 'b'.repeat(64),
      files: { 'model.onnx': '7', 'trees.json': '8', 'report.json': '2' },
    });
    const { same, different } = compareBundles(bundle(), again);
    expect(same).toBe(false);
    expect(different).toEqual([
      { file: 'model.onnx', was: '1', now: '7' },
      { file: 'oof.json', was: '3', now: null },
      { file: 'trees.json', was: null, now: '8' },
    ]);
  });

  it('is not the same when only evidence differs', () => {
    const again = bundle({ files: { ...bundle().files, 'oof.json': 'other' } });
    expect(compareBundles(bundle(), again).same).toBe(false);
  });

  it('tells what has changed since', () => {
    const again = bundle({
      code_version: '1.1.0',
      dataset_hash: 'e',
      procedure: { ...bundle().procedure!, libraries: { node: 'v25.0.0', xgboost: 'x' } },
    });
    expect(compareBundles(bundle(), again).changed).toEqual([
      { what: 'code version', was: '1.0.0', now: '1.1.0' },
      { what: 'dataset content', was: 'd', now: 'e' },
      { what: 'library node', was: 'v24.0.0', now: 'v25.0.0' },
      { what: 'library xgboost', was: 'none', now: 'x' },
    ]);
  });
});

describe('written options', () => {
  it('come back as they were, through JSON', () => {
    const value = fc.oneof(
      fc.constant(Number.POSITIVE_INFINITY),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer()),
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.integer()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+$/), value), (options) => {
        const text = JSON.stringify(writtenOptions(options));
        expect(readOptions(JSON.parse(text))).toEqual({ ...options });
      }),
    );
  });

  it('refuse what JSON cannot hold', () => {
    expect(() => writtenOptions({ clock: () => 0 })).toThrow(/clock/);
    expect(() => writtenOptions({ budget: Number.NaN })).toThrow(/budget/);
  });
});
