import { describe, expect, it } from 'vitest';
import { judgeCombinatorially } from '../../../models/candidate/combinatorial.ts';
import { learn } from '../../../models/candidate/learn.ts';
import { observationsOf } from '../../../models/candidate/observations.ts';
import { planData } from '../../../models/candidate/plan.ts';
import { DEFAULT_OPTIONS, trainCandidate } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { CombinatorialSummary } from '../../../shared/domain/training/combinatorial-summary.ts';
import type { FitRequest } from '../../../shared/ports/model-family.ts';
import type { CandidateInput, CandidateOptions, TrainingParts } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';

const market = (edge: number, sessions = 14) =>
  marketRows({ sessions, rowsPerSession: 90, features: 9, edge, seed: 6 });
const OPTIONS = { folds: 2, regimeStates: 2, exactnessRows: 100, combinatorial: { groups: 4, judged: 2 } };
const parts = { family: linearFamily(), openSession };

/** The paths of the linear family on a market. */
async function judged(
  input: CandidateInput,
  more: Partial<CandidateOptions> = {},
  given: TrainingParts = parts,
): Promise<CombinatorialSummary> {
  const options = { ...DEFAULT_OPTIONS, ...OPTIONS, ...more };
  const data = observationsOf(input);
  const plan = planData(input.sessions, options.holdoutSessions);
  const { best } = await learn(input, data, plan, options, parts);
  return judgeCombinatorially(input, data, plan, best, options, given);
}

const paths = (summary: CombinatorialSummary) => {
  if (summary.left_out !== null) throw new Error(summary.left_out);
  return summary;
};

describe('combinatorial purged folds', () => {
  it('give every path all training sessions once, out of sample', async () => {
    const input = market(0.6);
    const summary = paths(await judged(input));
    expect(summary).toMatchObject({ groups: 4, judged: 2, splits: 6, sessions: 10, embargo_sessions: 1 });
    const [first] = summary.paths;
    expect(summary.paths.map(({ path }) => path)).toEqual([1, 2, 3]);
    const end = input.sessions.indexOf([...new Set(input.sessions)][10]!);
    const labelled = [...input.targets].filter((target, row) => row < end && target !== -128).length;
    for (const { rows, base_log_loss } of summary.paths) {
      expect(rows).toBe(labelled);
      expect(base_log_loss).toBe(first!.base_log_loss);
    }
    expect(new Set(summary.paths.map(({ log_loss }) => log_loss)).size).toBe(3);
  });

  it('find a planted edge on every path, and none where there is none', async () => {
    const planted = paths(await judged(market(0.9)));
    expect(planted.auc_buy.least).toBeGreaterThan(0.65);
    expect(planted.daily_sharpe.least).toBeGreaterThan(0);
    expect(planted.losing_share).toBe(0);
    const none = paths(await judged(market(0), { costReturn: 0.001 }));
    expect((none.auc_buy.mean! + none.auc_sell.mean!) / 2).toBeLessThan(0.62);
    expect(none.losing_share).toBe(1);
    expect(none.log_loss.mean).toBeGreaterThan(0.9 * none.paths[0]!.base_log_loss);
  });

  it('fit everything on the rows of the split: none of a judged session or beside it, weighed by their own age', async () => {
    const requests: FitRequest[] = [];
    const linear = linearFamily();
    const family = {
      ...linear,
      fit(request: FitRequest) {
        requests.push(request);
        return linear.fit(request);
      },
    };
    const input = market(0.6);
    const options = { ...DEFAULT_OPTIONS, ...OPTIONS, recencyHalfLifeSessions: 1 };
    const data = observationsOf(input);
    const plan = planData(input.sessions, options.holdoutSessions);
    const { best } = await learn(input, data, plan, options, { ...parts, family });
    requests.length = 0;
    paths(await judgeCombinatorially(input, data, plan, best, options, { ...parts, family }));
    expect(requests).toHaveLength(6);
    // Ten sessions, blocks of 2, 3, 2 and 3: the first split learns from sessions 6 to 9, and stops on the last of them.
    const [first] = requests;
    expect(new Set(first!.training.sessions).size).toBe(3);
    expect(new Set(first!.validation!.sessions).size).toBe(1);
    for (const { training, validation } of requests) {
      expect(validation).not.toBeNull();
      const newest = training.sessions.at(-1)!;
      const heaviest = (session: number) =>
        Math.max(...training.weights.filter((_, row) => training.sessions[row] === session));
      if (newest > 1) expect(heaviest(0)).toBeLessThan(heaviest(newest));
    }
  });

  it('are the same again, and change nothing of what the gate reads or of the bundle', async () => {
    const input = market(0.6);
    const run = (combinatorial: CandidateOptions['combinatorial']) =>
      trainCandidate({ ...input, options: { ...OPTIONS, combinatorial } }, parts);
    const [with_, again, without] = [
      await run({ groups: 4, judged: 2 }),
      await run({ groups: 4, judged: 2 }),
      await run(null),
    ];
    expect(again.summary.combinatorial).toEqual(with_.summary.combinatorial);
    expect(with_.summary.combinatorial.left_out).toBeNull();
    expect(without.bundle.bundle_hash).toBe(with_.bundle.bundle_hash);
    for (const path of ['oof.json', 'holdout.json']) {
      expect(without.files.get(path)).toEqual(with_.files.get(path));
    }
    expect(without.summary).toEqual({ ...with_.summary, combinatorial: without.summary.combinatorial });
    expect(with_.report.combinatorial).toBe(with_.summary.combinatorial);
  });

  it('do not look at the sessions kept back', async () => {
    const input = market(0.6);
    const start = input.sessions.indexOf([...new Set(input.sessions)][10]!) * 9;
    const features = input.features.map((value, at) => (at >= start ? -value : value));
    expect(await judged({ ...input, features })).toEqual(await judged(input));
  });

  it('are left out with the reason: switched off, or too few sessions', async () => {
    expect(await judged(market(0.6), { combinatorial: null })).toEqual({
      left_out: 'combinatorial folds are switched off',
    });
    expect(await judged(market(0.6, 9))).toEqual({
      left_out: 'expected at least 8 sessions to learn from, 2 for each of 4 blocks, was 6',
    });
    expect(await judged(market(0.6, 3))).toEqual({
      left_out: 'expected at least 8 sessions to learn from, 2 for each of 4 blocks, was 3',
    });
  });

  it('are left out where a split would have one class only to learn from', async () => {
    const input = market(0.6);
    // Directions in the first block only: whoever judges it has nothing but HOLD to learn from.
    const targets = input.targets.map((target, row) => (row < 180 || target === -128 ? target : 0));
    const options = { ...DEFAULT_OPTIONS, ...OPTIONS };
    const data = observationsOf({ ...input, targets });
    const plan = planData(input.sessions, options.holdoutSessions);
    const { best } = await learn(input, observationsOf(input), plan, options, parts);
    expect(await judgeCombinatorially(input, data, plan, best, options, parts)).toEqual({
      left_out: 'expected rows of two classes to learn from in every split, was too few',
    });
  });

  it('tell a fit that fails', async () => {
    const family = { ...linearFamily(), fit: () => Promise.reject(new Error('the library died')) };
    const options = { ...DEFAULT_OPTIONS, ...OPTIONS };
    const input = market(0.6);
    const data = observationsOf(input);
    const plan = planData(input.sessions, options.holdoutSessions);
    const { best } = await learn(input, data, plan, options, parts);
    const run = judgeCombinatorially(input, data, plan, { ...best, family }, options, parts);
    await expect(run).rejects.toThrow('the library died');
  });
});
