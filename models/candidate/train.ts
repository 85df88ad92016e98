import { NotFound } from '../../shared/errors.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { CandidateOptions, TrainCandidate } from '../../shared/ports/model-trainer.ts';
import { assemble, type Run, scoreBundle } from './assemble.ts';
import { judgeCombinatorially } from './combinatorial.ts';
import { distil } from './distil.ts';
import { rivalModels } from './judged-models.ts';
import { type Learnt, learn } from './learn.ts';
import { observationsOf } from './observations.ts';
import { planData } from './plan.ts';

/** Sized so that two exchanges with fifteen sessions each train within a minute on two shared cores. */
export const DEFAULT_OPTIONS: CandidateOptions = {
  holdoutSessions: 10,
  folds: 4,
  rounds: 150,
  earlyStoppingRounds: 20,
  regimeStates: 4,
  threads: 1,
  exactnessRows: 20_000,
  costReturn: 0.0001,
  parameters: {},
  rivalParameters: {},
  recencyHalfLifeSessions: Number.POSITIVE_INFINITY,
  perRegime: false,
  searchConfigurations: 1,
  searchLeastSessions: 0,
  searchBudgetMs: Number.POSITIVE_INFINITY,
  searchJudged: null,
  combinatorial: null,
  distilledFeatures: null,
};

/**
 * Trains a candidate, then has the finished bundle score the sessions that were kept back.
 *
 * @throws RejectedInput naming why these rows cannot be learnt from
 * @throws NotFound when the family's library is missing; InvariantViolated when the export is not exact
 * @example
 * const { files, bundle } = await trainCandidate(input, { family, openSession });
 */
export const trainCandidate: TrainCandidate = async (input, parts) => {
  const options = { ...DEFAULT_OPTIONS, ...input.options };
  for (const family of [parts.family, ...(parts.rivals ?? [])]) requireFamily(family);
  const data = observationsOf(input);
  const plan = planData(input.sessions, options.holdoutSessions);
  const learnt = await learn(input, data, plan, options, parts);
  const combinatorial = await judgeCombinatorially(input, data, plan, learnt.best, options, parts);
  const run = { input, data, plan, options, parts };
  const full = await scoreBundle(run, learnt);
  const small = await distilledBundle(run, learnt, full.version);
  const beside = { models: [full.model], distilled: null, combinatorial: NOT_DISTILLED };
  const distilled = small === null ? null : await assemble(run, small.scored, beside);
  const candidate = await assemble(run, full, {
    models: [...rivalModels(input, data, learnt, options.costReturn), ...(small ? [small.scored.model] : [])],
    distilled: small?.report ?? null,
    combinatorial,
  });
  parts.onProgress?.('done', 1);
  return { ...candidate, distilled };
};

const NOT_DISTILLED = { left_out: 'they judge the full candidate' } as const;

/** The second candidate, on the few features that matter most; null where the options ask for none. */
async function distilledBundle(run: Run, learnt: Learnt, of: string) {
  const { input, data, plan, options, parts } = run;
  const { distilledFeatures: count } = options;
  if (count === null) return null;
  parts.onProgress?.('distilled candidate', 0.92);
  const small = await distil(input, data, plan, options, parts, learnt, count);
  const scored = await scoreBundle(run, small, { of, features: small.chosen.features });
  return {
    scored,
    report: { ...small.chosen, version: scored.version, per_regime: count, model: scored.model.name },
  };
}

/** @throws NotFound with the reason why the family cannot be used here */
export function requireFamily(family: ModelFamily): void {
  const availability = family.availability();
  if (!availability.available)
    throw new NotFound(`${family.name}: ${availability.reason}`, { field: 'family' });
}
