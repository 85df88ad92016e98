import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { advance } from '../../../models/hmm/filter.ts';
import { importCandidate } from '../../../models/imported/candidate.ts';
import { importRegimeTrees } from '../../../models/imported/import-regime-trees.ts';
import type { ImportSource } from '../../../models/imported/imported-model.ts';
import { lightGbmTexts } from '../../../models/lightgbm/text-oracle.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2_PRICES } from '../../../shared/domain/features/tracker-v2/with-prices.ts';
import {
  type ImportManifest,
  type RegimeTreesManifest,
  readImportManifest,
} from '../../../shared/domain/training/import-manifest.ts';
import { RejectedInput } from '../../../shared/errors.ts';
import type { CandidateInput } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

// Made by make_tracker_models.py and export_tracker_model.py (test/clients/python), with what the pickles answer.
const FOLDER = join(import.meta.dirname, 'tracker-model');
const files = new Map(
  readdirSync(FOLDER).map((name) => [name, new Uint8Array(readFileSync(join(FOLDER, name)))]),
);
const textOf = (name: string) => new TextDecoder().decode(files.get(name));
const manifest = readImportManifest(textOf('manifest.json')) as RegimeTreesManifest;
const answers = JSON.parse(textOf('answers.json')) as {
  rows: number[][];
  regimes: Record<string, number[][]>;
  filtered: number[][];
};

const names = featureNames(TRACKER_V2_PRICES);
/** The columns of the made-up rows: the tracker's own names and order. */
const columns = [...names.slice(0, 78).filter((name) => name !== 'news_sentiment_score'), ...names.slice(78)];
const bundleRow = (row: readonly number[]) =>
  Float64Array.from(names, (name) => row[columns.indexOf(name)] ?? 0);

const texts = lightGbmTexts({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
afterAll(() => texts[Symbol.dispose]());
const runtime = { openSession, lightGbm: texts.oracle };
const source: ImportSource = {
  files,
  featureSet: TRACKER_V2_PRICES.id,
  featureNames: names,
  medians: names.map(() => 0),
};
const read = (change: Partial<RegimeTreesManifest> = {}, changed: Partial<ImportSource> = {}) =>
  importRegimeTrees({ ...manifest, ...change }, { ...source, ...changed }, runtime);

/** The market's rows under the names of the set: its volatility and vix where they belong. */
function trackerRows(): CandidateInput {
  const input = marketRows({ sessions: 9, rowsPerSession: 120, features: names.length, edge: 0.5, seed: 3 });
  const swapped = [...names];
  const put = (name: string, at: number) => {
    const other = swapped.indexOf(name);
    [swapped[at], swapped[other]] = [swapped[other] as string, swapped[at] as string];
  };
  put('realized_vol_5m', 0);
  put('vix', 1);
  const from = names.map((name) => swapped.indexOf(name));
  const features = Float64Array.from(
    input.features,
    (_, at) =>
      input.features[
        Math.floor(at / names.length) * names.length + (from[at % names.length] as number)
      ] as number,
  );
  return { ...input, featureSet: TRACKER_V2_PRICES.id, featureNames: names, features };
}

const imported = {
  by: 'anita',
  files: { 'manifest.json': 'a'.repeat(64) },
  trained_through: manifest.trained_through,
  configurations_tried: null,
  made_with: {},
  notes: '',
};

describe("the tracker's models as a candidate", () => {
  const input = trackerRows();
  const candidate = importCandidate(
    { input, manifest: manifest as ImportManifest, files, imported },
    { openSession, read: () => read() },
  );

  it('answer within each regime what the pickled model answers, within 1e-6', async () => {
    const { regime } = read();
    const order = String(read().parameters['states']).split(' ');
    const scorer = await loadBundle((await candidate).files, openSession);
    for (const [number, expected] of Object.entries(answers.regimes)) {
      const state = Float64Array.from({ length: regime.states }, (_, at) => (order[at] === number ? 1 : 0));
      for (const [at, row] of answers.rows.entries()) {
        const { probabilities } = await scorer.score(bundleRow(row), state);
        probabilities.forEach((value, own) => {
          expect(Math.abs(value - expected[at]![own]!)).toBeLessThan(1e-6);
        });
      }
    }
    await scorer.close();
  });

  it('say HOLD in a regime that has no model, as the tracker does', async () => {
    const order = String(read().parameters['states']).split(' ');
    const without = manifest.member_of_state.indexOf(null);
    expect(without).toBeGreaterThanOrEqual(0);
    const state = Float64Array.from(order, (own) => (Number(own) === without ? 1 : 0));
    const scorer = await loadBundle((await candidate).files, openSession);
    const { probabilities } = await scorer.score(bundleRow(answers.rows[0] as number[]), state);
    expect(probabilities[1]).toBeCloseTo(1, 12);
    await scorer.close();
  });

  it("step the regime as hmmlearn's forward pass does, states renumbered by volatility", () => {
    const { regime, parameters } = read();
    const order = String(parameters['states']).split(' ').map(Number);
    const volatility = order.map((_, at) => regime.means[at * regime.inputs.length + 1] as number);
    expect(volatility).toEqual(volatility.toSorted((a, b) => a - b));
    let state: Float64Array | null = null;
    answers.rows.forEach((row, at) => {
      state = advance(
        regime,
        state,
        regime.inputs.map((name) => row[columns.indexOf(name)] as number),
      );
      order.forEach((number, own) => {
        expect(Math.abs(state![own]! - answers.filtered[at]![number]!)).toBeLessThan(1e-9);
      });
    });
  });

  it('pass the exactness gate against LightGBM itself, and are judged on the sessions after their training', async () => {
    const { bundle, summary, holdout, files: made } = await candidate;
    expect(summary.exactness).toMatchObject({
      ordinaryRows: 20_000,
      adversarialRows: 20_000,
      leafMismatches: 0,
    });
    expect(summary.exactness.worstProbabilityDifference).toBeLessThan(1e-9);
    expect(bundle).toMatchObject({ family: 'tracker', regime_states: 4, imported, exploratory: false });
    expect(bundle.holdout_sessions).toEqual([...new Set(holdout.session)]);
    expect(bundle.trained_through >= manifest.trained_through).toBe(true);
    expect(holdout.session.every((session) => session > bundle.trained_through)).toBe(true);
    expect([...made.keys()]).toContain('mixture.json');
    expect(summary.tuning_sessions.length + summary.held_out_sessions.length).toBe(
      new Set(input.sessions.filter((session) => session > manifest.trained_through)).size,
    );
  });

  it('are explained exactly, regime by regime', async () => {
    const scorer = await loadBundle((await candidate).files, openSession);
    const row = bundleRow(answers.rows[3] as number[]);
    const state = scorer.advanceRegime(null, row);
    const { rawScores } = await scorer.score(row, state);
    const explanations = await scorer.explain(row, state);
    explanations.forEach(({ method, baseScore, contributions }, own) => {
      expect(method).toBe('exact');
      const total = contributions.reduce((sum, { shap }) => sum + shap, baseScore);
      expect(Math.abs(total - rawScores[own]!)).toBeLessThan(1e-9);
    });
    await scorer.close();
  });

  it('are the same bundle when brought again', async () => {
    const again = await importCandidate(
      { input, manifest: manifest as ImportManifest, files, imported },
      { openSession, read: () => read() },
    );
    expect(again.bundle.bundle_hash).toBe((await candidate).bundle.bundle_hash);
  });
});

describe('what is wrong with a folder is said with its remedy', () => {
  const broken = (name: string, change: (text: string) => string) =>
    new Map(files).set(name, new TextEncoder().encode(change(textOf(name))));
  const regimeWith = (part: object) =>
    broken('regime.json', (text) => JSON.stringify({ ...JSON.parse(text), ...part }));

  it.each([
    [
      'a feature that the set does not have',
      () => read({ features: ['pcr_of_mars', ...manifest.features.slice(1)] }),
      /features: expected names of tracker-v2-prices .+, was pcr_of_mars; rename them in the manifest/,
    ],
    [
      'another number of columns',
      () => read({ features: manifest.features.slice(1) }),
      /regime_0.txt: expected \d+ columns, the features of the manifest, was \d+; list what the model takes/,
    ],
    [
      'a missing file',
      () => read({}, { files: new Map([...files].filter(([name]) => name !== 'regime_1.txt')) }),
      /regime_1.txt: expected beside the manifest, was absent/,
    ],
    [
      'a text that is no model',
      () => read({}, { files: broken('regime_0.txt', () => 'tree') }),
      /regime_0.txt: .+; write it with Booster.model_to_string/,
    ],
    [
      'too few states',
      () => read({ member_of_state: [0, 1] }),
      /member_of_state: expected 4 entries, one for each state of regime.json, was 2/,
    ],
    [
      'a member that there is not',
      () => read({ member_of_state: [0, 1, 2, 7] }),
      /member_of_state: expected numbers below 3 .+, was 7/,
    ],
    [
      'shares that do not add up',
      () => read({}, { files: regimeWith({ startprob: [1, 1, 0, 0] }) }),
      /regime.json: expected startprob to be shares that add up to 1, was 2/,
    ],
    [
      'a covariance that is singular',
      () => read({}, { files: regimeWith({ covars: Array(4).fill(Array(5).fill([1, 1, 1, 1, 1])) }) }),
      /regime.json: expected a positive definite covariance of state 0/,
    ],
    [
      'an input of the regime that the set does not have',
      () => read({}, { files: regimeWith({ inputs: ['vix', 'a', 'b', 'c', 'd'] }) }),
      /features: expected names of tracker-v2-prices .+, was a, b, c and 1 more/,
    ],
  ])('%s', (_, wrong, message) => {
    expect(wrong).toThrow(RejectedInput);
    expect(wrong).toThrow(message);
  });

  it('a model that learnt through the newest session', async () => {
    const late = { ...manifest, trained_through: '2026-01-01' };
    await expect(
      importCandidate(
        { input: trackerRows(), manifest: late, files, imported },
        { openSession, read: () => read() },
      ),
    ).rejects.toThrow(
      /trained_through: expected a session before the newest of dataset 2025-12-04 \(2025-11-11\), was 2026-01-01; judge it on a newer dataset \(--dataset\)/,
    );
  });
});
