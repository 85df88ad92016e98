import { describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { importCandidate } from '../../../models/imported/candidate.ts';
import { importOnnx } from '../../../models/imported/import-onnx.ts';
import type { ImportSource } from '../../../models/imported/imported-model.ts';
import { openGraph, openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { type OnnxManifest, readImportManifest } from '../../../shared/domain/training/import-manifest.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import { softmaxRows } from '../../../shared/stats/softmax-rows.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { type ForeignShape, foreignGraph } from './foreign-graph.ts';

const input = marketRows({ sessions: 9, rowsPerSession: 120, features: 8, edge: 0.5, seed: 3 });
const chosen = ['signal', 'vix', 'realized_vol_5m', 'sometimes_missing', 'noise_7'];
const written = {
  schema: 1,
  kind: 'onnx',
  family: 'catboost',
  feature_set: 'synthetic',
  features: chosen,
  class_order: ['BUY', 'SELL', 'HOLD'],
  trained_through: '2025-11-06',
};
const manifestWith = (change: object = {}) =>
  readImportManifest(JSON.stringify({ ...written, ...change })) as OnnxManifest;
const source = (shape: ForeignShape = {}): ImportSource => ({
  files: new Map([['model.onnx', foreignGraph(shape)]]),
  featureSet: 'synthetic',
  featureNames: input.featureNames,
  medians: input.featureNames.map(() => 0.5),
});
const runtime = { openSession, openGraph };
const read = (shape: ForeignShape = {}, change: object = {}) =>
  importOnnx(manifestWith(change), source(shape), runtime);
const imported = {
  ...{ by: 'anita', files: { 'model.onnx': 'b'.repeat(64) }, trained_through: written.trained_through },
  ...{ configurations_tried: 3, made_with: { catboost: '1.2' }, notes: 'a try' },
};
const importing = (shape: ForeignShape = {}, change: object = {}) =>
  importCandidate(
    { input, manifest: manifestWith(change), files: source(shape).files, imported },
    { openSession, read: (manifest, from) => importOnnx(manifest as OnnxManifest, from, runtime) },
  );

/** What the foreign network says of a row, by hand. */
function byHand(row: Float64Array): number[] {
  const values = chosen.map((name) => {
    const value = Math.fround(row[input.featureNames.indexOf(name)] as number);
    return Number.isNaN(value) ? 0 : value;
  });
  const theirs = [0, 1, 2].map((own) =>
    values.reduce((sum, value, at) => sum + value * Math.fround(Math.sin(1 + at * 3 + own)), 0),
  );
  const [buy, sell, hold] = softmaxRows(Float64Array.from(theirs), 3);
  return [sell, hold, buy] as number[];
}

describe('a graph that was made elsewhere', () => {
  const candidate = importing();

  it('answers as it does alone: its features found by name, its classes put in order', async () => {
    const scorer = await loadBundle((await candidate).files, openSession);
    for (let at = 0; at < 60; at += 1) {
      const row = input.features.slice(at * 8, (at + 1) * 8);
      const { probabilities, regime } = await scorer.score(row, scorer.advanceRegime(null, row));
      byHand(row).forEach((value, own) => {
        expect(probabilities[own]).toBeCloseTo(value, 5);
      });
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(regime).toBe(0);
    }
    await scorer.close();
  });

  it('is explained by permutation sampling, named so: additive, repeatable, nothing for what it does not see', async () => {
    const scorer = await loadBundle((await candidate).files, openSession);
    const row = input.features.slice(8 * 77, 8 * 78);
    const { rawScores } = await scorer.score(row, null);
    const first = await scorer.explain(row, null);
    expect(await scorer.explain(row, null)).toEqual(first);
    first.forEach(({ method, baseScore, contributions }, own) => {
      expect(method).toBe('permutation');
      const total = contributions.reduce((sum, { shap }) => sum + shap, baseScore);
      expect(Math.abs(total - rawScores[own]!)).toBeLessThan(1e-9);
      expect(contributions.find(({ feature }) => feature === 'constant')?.shap).toBe(0);
    });
    const share = first[2]!.contributions.find(({ feature }) => feature === 'vix')!.shap;
    expect(share).not.toBe(0);
    await scorer.close();
  });

  it('is judged on the sessions after its training, with the thresholds of those before them', async () => {
    const { summary, bundle, files } = await candidate;
    expect(summary).toMatchObject({ thresholds: 'chosen', folds: [] });
    expect(summary.tuning_sessions).toEqual(['2025-11-07']);
    expect(summary.held_out_sessions).toEqual(bundle.holdout_sessions);
    expect(bundle).toMatchObject({ family: 'catboost', trained_through: '2025-11-07', imported });
    const oof = JSON.parse(new TextDecoder().decode(files.get('oof.json')));
    expect(oof.session).toEqual([]);
    expect(summary.trial).toMatchObject({ imported: true, family: 'catboost' });
    expect(summary.trial.daily_returns).toHaveLength(summary.held_out_sessions.length);
  });

  it('keeps thresholds that are stated', async () => {
    const { files, summary } = await importing({}, { thresholds: { buy: 0.41, sell: 0.43 } });
    expect(summary.thresholds).toBe('as stated');
    const decision = JSON.parse(new TextDecoder().decode(files.get('decision.json')));
    expect(decision.thresholds).toEqual({ buy: 0.41, sell: 0.43 });
  });

  it('may answer with scores: softmax makes probabilities of them', async () => {
    const change = { output_kind: 'scores', output: 'answer' };
    const { files } = await importing({ output: 'answer', last: { opType: 'Identity', domain: '' } }, change);
    const scorer = await loadBundle(files, openSession);
    const row = input.features.slice(0, 8);
    const { probabilities } = await scorer.score(row, null);
    byHand(row).forEach((value, own) => {
      expect(probabilities[own]).toBeCloseTo(value, 5);
    });
    await scorer.close();
  });

  it('may have any names of its own, ours among them', async () => {
    const { files } = await importing({ input: 'raw_scores', output: 'regime' }, { output: 'regime' });
    expect(files.has('model.onnx')).toBe(true);
  });
});

describe('what is wrong with a file or manifest is said with its remedy', () => {
  it.each([
    [
      'another width',
      { columns: 4 },
      {},
      /input features: expected 5 columns, the features of the manifest, was 4; list/,
    ],
    [
      'doubles',
      { inputType: 11 },
      {},
      /input features: expected a float32 tensor, was double; export the model with float32/,
    ],
    [
      'a fixed number of rows',
      { rows: 1 },
      {},
      /expected any number of rows, was 1; export it with a dynamic batch axis/,
    ],
    [
      'two classes',
      { width: 2 },
      {},
      /output probabilities: expected \[rows x 3\], was \[any x 2\]; export the probabilities of all/,
    ],
    [
      'an output by another name',
      { output: 'out' },
      { output: 'p' },
      /output: expected one of out, was p; name the one with a number/,
    ],
    [
      'an input by another name',
      {},
      { input: 'x' },
      /input: expected one of features, was x; name the input as it is/,
    ],
    [
      'an old opset',
      { opset: 7 },
      {},
      /model.onnx: expected opset 8 or newer, was 7; export it again with a newer opset/,
    ],
    [
      'an opset of the future',
      { opset: 99 },
      {},
      /model.onnx: expected opset \d+ or older, was 99; export it again/,
    ],
    [
      'an operator of its own',
      { last: { opType: 'Oracle', domain: 'delphi' } },
      {},
      /model.onnx: expected operators of ONNX .+, was delphi.Oracle; export the model without/,
    ],
    [
      'a feature that the set does not have',
      {},
      { features: ['a', 'b', 'vix', 'signal', 'constant'] },
      /features: expected names of synthetic .+, was a, b; rename/,
    ],
    [
      'a file that is not there',
      {},
      { model: 'other.onnx' },
      /other.onnx: expected beside the manifest, was absent \(there: model.onnx\)/,
    ],
  ] as const)('%s', (_, shape, change, message) => {
    expect(() => read(shape, change)).toThrow(RejectedInput);
    expect(() => read(shape, change)).toThrow(message);
  });

  it('a file that is no ONNX', () => {
    const files = new Map([['model.onnx', new TextEncoder().encode('pickle')]]);
    expect(() => importOnnx(manifestWith(), { ...source(), files }, runtime)).toThrow(
      /model.onnx: expected an ONNX model, was/,
    );
  });

  it.each([
    [
      'an operator that the runtime does not know',
      { last: { opType: 'Oracle', domain: '' } },
      /model.onnx: expected a graph that ONNX Runtime can run, was refused: .*Oracle/,
    ],
    [
      'no answer to missing values',
      { fillsGaps: false },
      /model: expected a finite answer to each row, was NaN.+; fill missing values within the graph/,
    ],
    [
      'answers that are no probabilities',
      { last: { opType: 'Identity', domain: '' } },
      /model: expected probabilities that add up to 1, was .+; set output_kind to scores/,
    ],
  ] as const)('%s', async (_, shape, message) => {
    await expect(importing(shape)).rejects.toThrow(RejectedInput);
    await expect(importing(shape)).rejects.toThrow(message);
  });
});
