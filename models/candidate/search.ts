import type { Fold } from '../../shared/domain/training/folds.ts';
import { measure } from '../../shared/domain/training/metrics.ts';
import { halvingPlan, type Rung, survivors } from '../../shared/domain/training/search/halving-plan.ts';
import {
  sampleConfigurations,
  type TriedConfiguration,
} from '../../shared/domain/training/search/sample-configurations.ts';
import type { ModelFamily, ModelParameters } from '../../shared/ports/model-family.ts';
import type { CandidateOptions, SearchSummary, TrainingParts } from '../../shared/ports/model-trainer.ts';
import type { Observations } from './observations.ts';
import { type PreparedFold, prepareFold } from './prepared-fold.ts';
import { openSearchClock } from './search-clock.ts';
import { type WalkForward, walkForward, withoutModels } from './walk-forward.ts';

/** A configuration as it was last judged. */
export interface Judged {
  readonly configuration: TriedConfiguration;
  readonly family: ModelFamily;
  /** As given, and as drawn over them. */
  readonly parameters: ModelParameters;
  /** Boosting rounds it was allowed. */
  readonly rounds: number;
  readonly forward: WalkForward;
  /** Out-of-fold, calibrated. */
  readonly logLoss: number;
}

export interface Found {
  /** Judged with all rounds; the lowest out-of-fold log-loss. */
  readonly best: Judged;
  /** Every configuration that was looked at, the best among them, in the order they were drawn. */
  readonly tried: readonly Judged[];
  readonly summary: SearchSummary;
}

/**
 * Seeded random search: the family as it is, with all rounds, then what is drawn by successive halving; every
 * configuration is judged on every fold. The lowest loss with all rounds wins, so that a search never makes things
 * worse. What the clock decides is only how many configurations each rung judges; those numbers are written down and
 * give the same again (`searchJudged`).
 */
export async function search(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
): Promise<Found> {
  const startMs = parts.nowMs?.() ?? 0;
  const run = openRun(data, folds, options, seed, parts);
  const [plain, ...challengers] = run.drawn as [TriedConfiguration, ...TriedConfiguration[]];
  let best = await judge(run, plain, 1);
  const clock = openSearchClock(folds.length, startMs, options, parts.nowMs);
  const tried = new Map([[plain, best]]);
  const counts = [1];
  let alive: readonly TriedConfiguration[] = challengers;
  for (const { share, laterShares, survive } of rungsOf(challengers.length)) {
    const isLast = laterShares.length === 0;
    const { mayStart } = clock.openRung(share, laterShares);
    // Of one there is nothing to choose: it goes on to the last rung.
    const entered = alive.length === 1 && !isLast ? [] : alive;
    const judged: Judged[] = [];
    while (judged.length < entered.length && mayStart(judged.length)) {
      const one = await judge(run, entered[judged.length] as TriedConfiguration, share);
      judged.push(one);
      tried.set(one.configuration, { ...one, forward: withoutModels(one.forward) });
      if (isLast && one.logLoss < best.logLoss) best = one;
    }
    counts.push(judged.length);
    if (entered.length === 0) continue;
    const losses = judged.map(({ logLoss }) => logLoss);
    alive = survivors(losses, survive(tried.size - 1)).map((at) => (judged[at] as Judged).configuration);
  }
  if (best.configuration !== plain) {
    const first = tried.get(plain) as Judged;
    tried.set(plain, { ...first, forward: withoutModels(first.forward) });
  }
  const { left_out } = run;
  const summary = { configurations: run.drawn.length, judged: counts, seconds: clock.seconds(), left_out };
  return { best, tried: [...tried.set(best.configuration, best).values()], summary };
}

function rungsOf(challengers: number) {
  if (challengers === 0) return [];
  const plan = halvingPlan(challengers);
  return plan.map(({ share }, at) => ({
    share,
    laterShares: plan.slice(at + 1).map((later) => later.share),
    /** Of as many as time allowed the first rung, not of as many as were drawn. */
    survive: (tried: number) => (halvingPlan(challengers, tried)[at] as Rung).survivors,
  }));
}

/** What all configurations are judged with, and which they are. */
function openRun(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
) {
  const families = [parts.family, ...(parts.rivals ?? [])];
  const space = families.map(({ name, searchSpace }) => ({ family: name, space: searchSpace }));
  const { searchConfigurations, searchLeastSessions } = options;
  const sessions = new Set(folds.flatMap(({ test }) => Array.from(test, (row) => data.sessions[row]))).size;
  const isTooFew = searchConfigurations > 1 && sessions < searchLeastSessions;
  return {
    ...{ data, folds, options, seed, parts, families },
    prepared: preparedOnce(data, folds, options, seed),
    drawn: sampleConfigurations(space, isTooFew ? 1 : searchConfigurations, seed),
    left_out: isTooFew ? `expected at least ${searchLeastSessions} judged sessions, was ${sessions}` : null,
  };
}

/** Folds are prepared when they are first judged, and kept for the next configuration. */
function preparedOnce(data: Observations, folds: readonly Fold[], options: CandidateOptions, seed: number) {
  const known: PreparedFold[] = [];
  return (at: number): PreparedFold => {
    known[at] ??= prepareFold(data, folds[at] as Fold, options, seed);
    return known[at];
  };
}

interface Run {
  readonly data: Observations;
  readonly folds: readonly Fold[];
  readonly options: CandidateOptions;
  readonly seed: number;
  readonly parts: TrainingParts;
  readonly families: readonly ModelFamily[];
  readonly prepared: (fold: number) => PreparedFold;
}

async function judge(run: Run, configuration: TriedConfiguration, share: number): Promise<Judged> {
  const { data, folds, options, seed, parts, families, prepared } = run;
  const family = families.find(({ name }) => name === configuration.family) as ModelFamily;
  const given = family === parts.family ? options.parameters : options.rivalParameters[family.name];
  const parameters = { ...given, ...configuration.parameters };
  const rounds = Math.max(1, Math.round(options.rounds * share));
  parts.onProgress?.(`${configuration.family}, ${rounds} rounds`, 0);
  const asked = { ...options, parameters, rounds };
  const forward = await walkForward(data, folds, asked, seed, { ...parts, family }, prepared);
  const labels = Int32Array.from(forward.rows, (row) => data.classes[row] as number);
  const logLoss = measure(forward.chosen.probabilities, labels).log_loss;
  return { configuration, family, parameters, rounds, forward, logLoss };
}
