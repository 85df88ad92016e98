import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBundle } from '../../../models/candidate/load.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { Candidate, CandidateInput, CandidateOptions } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

const boosted = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
afterAll(() => boosted.close());

const FEATURES = 2;
const input = marketRows({ sessions: 9, rowsPerSession: 100, features: 14, edge: 0.6, seed: 3 });
const json = ({ files }: Pick<Candidate, 'files'>, path: string) =>
  JSON.parse(new TextDecoder().decode(files.get(path)));

describe.each([boosted, linearFamily()])('a distilled candidate of $name', (family) => {
  const parameters: CandidateOptions['parameters'] = family === boosted ? { min_data_in_leaf: 20 } : {};
  const train = (changed: Partial<CandidateInput> = {}, distilledFeatures: number | null = FEATURES) => {
    const options = { rounds: 25, folds: 2, exactnessRows: 200, parameters, distilledFeatures };
    return trainCandidate({ ...input, ...changed, options }, { family, openSession });
  };
  let full: Candidate;
  let small: NonNullable<Candidate['distilled']>;
  beforeAll(async () => {
    full = await train();
    small = full.distilled!;
  });

  it('looks at the most important features of each regime and at no others', () => {
    const { features, by_regime, version } = full.report.distilled!;
    expect(version).toBe(small.bundle.version);
    expect(Object.keys(by_regime).length).toBeGreaterThan(1);
    for (const names of Object.values(by_regime)) expect(names).toHaveLength(FEATURES);
    expect(new Set(Object.values(by_regime).flat())).toEqual(new Set(features));
    expect(features).toContain('signal');
    expect(features.length).toBeLessThan(full.report.models[0]!.features);
    const { kept, dropped } = json(small, 'selector.json');
    expect(kept.map((column: number) => input.featureNames[column])).toEqual(features);
    expect(dropped).toContainEqual({ feature: 'constant', reason: 'constant' });
    expect(dropped.filter(({ reason }: { reason: string }) => reason === 'distilled away').length).toBe(
      full.report.models[0]!.features - features.length,
    );
  });

  it('is a bundle of its own that names what it came from, and another logic', async () => {
    expect(small.bundle.distilled_of).toBe(full.bundle.version);
    expect(full.bundle.distilled_of).toBeUndefined();
    expect(small.bundle.bundle_hash).not.toBe(full.bundle.bundle_hash);
    expect(small.bundle.logic_hash).not.toBe(full.bundle.logic_hash);
    expect(small.bundle.holdout_sessions).toEqual(full.bundle.holdout_sessions);
    const scorer = await loadBundle(small.files, openSession);
    const row = input.features.slice(500 * 14, 501 * 14);
    const noise = input.featureNames.findIndex(
      (name) => !full.report.distilled!.features.includes(name) && name.startsWith('noise'),
    );
    const changed = row.map((value, column) => (column === noise ? value + 3 : value));
    expect((await scorer.score(changed, null)).rawScores).toEqual((await scorer.score(row, null)).rawScores);
    await scorer.close();
  });

  it('is judged on the same rows and kept-back sessions, still with the edge', () => {
    expect(small.outOfFold.timestamp_ms).toEqual(full.outOfFold.timestamp_ms);
    expect(small.holdout.timestamp_ms).toEqual(full.holdout.timestamp_ms);
    expect(small.summary.out_of_fold.auc.buy).toBeGreaterThan(full.summary.out_of_fold.auc.buy! - 0.05);
    expect(small.summary.out_of_fold.auc.buy).toBeGreaterThan(0.57);
    expect(full.report.models.map(({ name }) => name)).toEqual([family.name, `${family.name}, distilled`]);
    expect(small.report.models.map(({ name }) => name)).toEqual([`${family.name}, distilled`, family.name]);
  });

  it('is a trial of its own', () => {
    expect(small.summary.trials).toEqual([small.summary.trial]);
    expect([small.summary.trial.distilled, full.summary.trial.distilled]).toEqual([true, undefined]);
    expect(small.summary.trial.parameters).toEqual({
      ...full.summary.trial.parameters,
      distilled_features: FEATURES,
    });
    expect(small.summary.trial.configuration_hash).not.toBe(full.summary.trial.configuration_hash);
    expect(small.summary.trial.daily_returns).toHaveLength(full.summary.trial.daily_returns.length);
  });

  it('changes nothing about the full one, and is the same again', async () => {
    const alone = await train({}, null);
    expect(alone.distilled).toBeNull();
    expect(alone.bundle.bundle_hash).toBe(full.bundle.bundle_hash);
    expect((await train()).distilled!.bundle.bundle_hash).toBe(small.bundle.bundle_hash);
  });

  it('chooses inside each fold: what is judged has no say', async () => {
    // All from the first fold's second judged session on is turned upside down: no choice before it may change.
    const { session, fold } = small.outOfFold;
    const judged = [...new Set(session.filter((_, row) => fold[row] === 1))];
    expect(judged.length).toBeGreaterThan(1);
    const start = input.sessions.indexOf(judged[1]!);
    const features = input.features.map((value, at) => (at >= start * 14 ? -3 * value : value));
    const targets = input.targets.map((target, row) =>
      row >= start && Math.abs(target) === 1 ? -target : target,
    );
    const other = (await train({ features, targets: Int8Array.from(targets) })).distilled!;
    const rows = session.filter((day) => day === judged[0]).length;
    expect(rows).toBeGreaterThan(50);
    // Calibration is chosen on all folds; the scores before it are not.
    const earlier = (candidate: typeof other) => candidate.report.rows.uncalibrated.subarray(0, rows * 3);
    expect(earlier(other)).toEqual(earlier(small));
  });
});
