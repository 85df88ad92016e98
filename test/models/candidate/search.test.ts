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
    // Each look at the clock takes 10 ms, and there is one for each configuration.
    const nowMs = () => (now += 10);
    const limited = await searched(10, { searchBudgetMs: 90, nowMs }).run();
    const { judged, seconds } = limited.summary;
    expect(judged[1]).toBeGreaterThan(1);
    expect(judged[1]).toBeLessThan(9);
    expect(limited.tried).toHaveLength(1 + judged[1]!);
    expect(seconds).toBeGreaterThan(0);
    const again = await searched(10, { searchJudged: judged, searchBudgetMs: 0, nowMs }).run();
    expect(again.summary.judged).toEqual(judged);
    expect(again.best.configuration).toEqual(limited.best.configuration);
    expect(again.tried.map(({ logLoss }) => logLoss)).toEqual(limited.tried.map(({ logLoss }) => logLoss));
    const free = await searched(10, { nowMs: undefined }).run();
    expect(free.summary).toEqual({ configurations: 10, judged: [1, 9, 3, 1], seconds: null, left_out: null });
  });

  it.each([4, 12, 25])('never holds a budget of %d full fits by more than one fit', async (budgetFits) => {
    const { family, nowMs } = slowFamily();
    const { options, folds, run } = searched(10, {
      family,
      nowMs,
      searchBudgetMs: budgetFits * DEFAULT_OPTIONS.rounds,
    });
    const { summary } = await run();
    const first = folds.length * options.rounds;
    expect(nowMs()).toBeLessThanOrEqual(Math.max(first, budgetFits * options.rounds) + options.rounds);
    // One configuration more in the first rung, and what follows it, would have been too much.
    const share = Math.round(options.rounds / 9);
    const more = first + (summary.judged[1]! + 1) * folds.length * share + folds.length * (50 + 150);
    expect(summary.judged[1] === 9 || more > budgetFits * options.rounds).toBe(true);
    expect(summary.judged[0]).toBe(1);
  });

  it('judges the family as it is with all rounds, and is never worse', async () => {
    const { tried, best, summary } = await searched(10).run();
    const [plain] = tried;
    expect(plain!.configuration.parameters).toEqual({});
    expect(plain!.rounds).toBe(DEFAULT_OPTIONS.rounds);
    expect(best.logLoss).toBeLessThanOrEqual(plain!.logLoss);
    expect(summary.judged).toEqual([1, 9, 3, 1]);
    const early = tried.filter(({ configuration }) => configuration !== best.configuration);
    for (const { forward } of early) expect(forward.fitted).toEqual([]);
    expect(best.forward.fitted.length).toBeGreaterThan(0);
  });

  it('of a single challenger left has nothing to halve: it goes to the last rung', async () => {
    const { family, nowMs } = slowFamily();
    const { summary } = await searched(10, { family, nowMs, searchBudgetMs: 1100 }).run();
    expect(summary.judged).toEqual([1, 1, 0, 1]);
  });

  it('is left out where too few sessions are judged', async () => {
    const { tried, summary } = await searched(9, { searchLeastSessions: 30 }).run();
    expect(tried).toHaveLength(1);
    expect(summary).toMatchObject({ configurations: 1, judged: [1] });
    expect(summary.left_out).toMatch(/^expected at least 30 judged sessions, was [0-9]$/);
    expect((await searched(1, { searchLeastSessions: 30 }).run()).summary.left_out).toBeNull();
  });

  it('gives each family its own parameters', async () => {
    const asked: FitRequest['parameters'][] = [];
    const linear = linearFamily();
    const fit = (request: FitRequest) => {
      asked.push(request.parameters);
      return linear.fit(request);
    };
    const rival = { ...linear, name: 'rival', searchSpace: [], fit };
    const given = { parameters: { l2: 3 }, rivalParameters: { rival: { l2: 5 }, other: { depth: 4 } } };
    const { tried } = await searched(2, { rivals: [rival], ...given }).run();
    expect(tried.map(({ parameters }) => parameters)).toEqual([{ l2: 3 }, { l2: 5 }]);
    expect(new Set(asked.map(({ l2 }) => l2))).toEqual(new Set([5]));
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

/** A family whose fits take as long as they have rounds, and all the time there is. */
function slowFamily() {
  let now = 0;
  const linear = linearFamily();
  const fit = (request: FitRequest) => {
    now += request.rounds;
    return linear.fit({ ...request, rounds: 1 });
  };
  return { family: { ...linear, fit }, nowMs: () => now };
}

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
