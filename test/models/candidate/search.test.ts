import { describe, expect, it } from 'vitest';
import { observationsOf } from '../../../models/candidate/observations.ts';
import { search } from '../../../models/candidate/search.ts';
import { DEFAULT_OPTIONS, trainCandidate } from '../../../models/candidate/train.ts';
import { trialOf } from '../../../models/candidate/trial.ts';
import { planFolds, walkForward } from '../../../models/candidate/walk-forward.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import type { FitRequest } from '../../../shared/ports/model-family.ts';
import type { CandidateOptions, TrainingParts } from '../../../shared/ports/model-trainer.ts';
import { marketRows } from '../../factories/market-rows.ts';

const input = marketRows({ sessions: 10, rowsPerSession: 150, features: 9, edge: 0.9, seed: 2 });
const data = observationsOf(input);
const SEED = 4;
const parts = { family: linearFamily(), openSession };
const searched = (configurations: number, more: Partial<CandidateOptions & TrainingParts> = {}) => {
  const options = {
    ...DEFAULT_OPTIONS,
    folds: 3,
    regimeStates: 2,
    searchConfigurations: configurations,
    ...more,
  };
  const folds = planFolds(data, 1300, false, options);
  return { options, folds, run: () => search(data, folds, options, SEED, { ...parts, ...more }) };
};

describe('search', () => {
  it('of one configuration is the walk-forward of the family as it is', async () => {
    const { options, folds, run } = searched(1);
    const { best, tried } = await run();
    expect(tried).toEqual([best]);
    expect(best.configuration).toEqual({ family: 'linear', parameters: {} });
    const plain = await walkForward(data, folds, options, SEED, parts);
    expect(best.forward.chosen.probabilities).toEqual(plain.chosen.probabilities);
  });

  it('finds what has the lowest loss of those that came through, with all rounds', async () => {
    const { options, run } = searched(6);
    const { best, tried } = await run();
    expect(tried).toHaveLength(6);
    expect(tried[0]!.configuration.parameters).toEqual({});
    const finished = tried.filter(({ rounds }) => rounds === options.rounds);
    expect(finished).toContain(best);
    expect(best.logLoss).toBe(Math.min(...finished.map(({ logLoss }) => logLoss)));
  });

  it('gives the same again, bit for bit', async () => {
    const [one, two] = [await searched(4).run(), await searched(4).run()];
    expect(two.best.parameters).toEqual(one.best.parameters);
    expect(two.tried.map(({ logLoss }) => logLoss)).toEqual(one.tried.map(({ logLoss }) => logLoss));
  });

  it('draws no more when its time is over, and the numbers judged give the same without a clock', async () => {
    let now = 0;
    // Each look at the clock takes 10 ms; a rung of 9 configurations is followed by 3 and 9 times its rounds.
    const nowMs = () => (now += 10);
    const limited = await searched(9, { searchBudgetMs: 180, nowMs }).run();
    const { judged, seconds } = limited.summary;
    expect(judged[0]).toBeGreaterThan(1);
    expect(judged[0]).toBeLessThan(9);
    expect(judged.at(-1)).toBe(1);
    expect(limited.tried).toHaveLength(judged[0]!);
    expect(seconds).toBeGreaterThan(0);
    const again = await searched(9, { searchJudged: judged, searchBudgetMs: 0, nowMs }).run();
    expect(again.summary.judged).toEqual(judged);
    expect(again.best.configuration).toEqual(limited.best.configuration);
    expect(again.tried.map(({ logLoss }) => logLoss)).toEqual(limited.tried.map(({ logLoss }) => logLoss));
    const free = await searched(9, { nowMs: undefined }).run();
    expect(free.summary).toEqual({ configurations: 9, judged: [9, 3, 1], seconds: null });
  });

  it.each([10, 25])('holds a budget of %d fits by more than one fit never', async (budgetFits) => {
    let now = 0;
    const linear = linearFamily();
    // A fit takes as long as it has rounds, and all the time there is.
    const family = {
      ...linear,
      fit(request: FitRequest) {
        now += request.rounds;
        return linear.fit({ ...request, rounds: 1 });
      },
    };
    const { options, folds, run } = searched(9, {
      family,
      nowMs: () => now,
      searchBudgetMs: budgetFits * 150,
    });
    const { summary } = await run();
    const least = folds.length * (17 + 50 + options.rounds);
    expect(now).toBeLessThanOrEqual(Math.max(least, budgetFits * 150) + options.rounds);
    expect(summary.judged.at(-1)).toBeGreaterThan(0);
    // What is left would not have been enough for one more.
    expect(
      summary.judged[0]! === 9 || now + folds.length * 17 > budgetFits * 150 - options.rounds * folds.length,
    ).toBe(true);
  });

  it('of a single configuration left has nothing to halve: it goes to the last rung', async () => {
    let now = 0;
    const { summary } = await searched(9, { searchBudgetMs: 1, nowMs: () => (now += 10) }).run();
    expect(summary.judged).toEqual([1, 0, 1]);
  });

  it('lets families compete', async () => {
    const lazy = { ...linearFamily(), name: 'lazy', searchSpace: [] };
    const rival = { ...lazy, fit: (request: never) => lazyFit(request) };
    const { best, tried } = await searched(2, { rivals: [rival] as never }).run();
    expect(tried.map(({ configuration }) => configuration.family)).toEqual(['linear', 'lazy']);
    expect(best.configuration.family).toBe('linear');
    expect(tried[1]!.logLoss).toBeGreaterThan(tried[0]!.logLoss);
  });
});

/** A family that says the same of every row, and much too surely. */
async function lazyFit(request: never) {
  const fitted = await linearFamily().fit(request);
  return {
    ...fitted,
    rawScores: async ({ rows }: { rows: number }) =>
      Float64Array.from({ length: rows * 3 }, (_, at) => at % 3),
  };
}

describe('the trials of a search', () => {
  it('can be compared day by day, whatever came of them', async () => {
    const { options, run } = searched(5);
    const { tried } = await run();
    const trials = tried.map((judged) => trialOf(input, options, judged));
    const [first] = trials;
    for (const { daily_returns } of trials) expect(daily_returns).toHaveLength(first!.daily_returns.length);
    expect(new Set(trials.map(({ configuration_hash }) => configuration_hash)).size).toBe(5);
    const nightly = trialOf({ ...input, datasetVersion: 'another night' }, options, tried[0]!);
    expect(nightly.configuration_hash).toBe(first!.configuration_hash);
  });

  it('are all in what a run says of itself, the candidate among them', async () => {
    const options = { folds: 2, regimeStates: 2, exactnessRows: 200, searchConfigurations: 3 };
    const { summary, bundle } = await trainCandidate({ ...input, options }, parts);
    expect(summary.trials).toHaveLength(3);
    expect(summary.trials).toContainEqual(summary.trial);
    expect(bundle.parameters).toEqual(summary.trial.parameters);
    expect(bundle.family).toBe('linear');
  });

  it('say how fast observations age, where they do: that is another configuration', async () => {
    const plain = searched(1);
    const ageing = searched(1, { recencyHalfLifeSessions: 3 });
    const [one, other] = [(await plain.run()).best, (await ageing.run()).best];
    expect(other.logLoss).not.toBe(one.logLoss);
    const [before, after] = [trialOf(input, plain.options, one), trialOf(input, ageing.options, other)];
    expect(after.parameters).toEqual({ ...before.parameters, recency_half_life_sessions: 3 });
    expect(after.configuration_hash).not.toBe(before.configuration_hash);
  });
});
