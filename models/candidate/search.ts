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
 * Seeded random search with successive halving, every configuration judged on every fold. What the clock decides is
 * only how many configurations each rung judges; those numbers are written down and give the same again
 * (`searchJudged`).
 */
export async function search(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
): Promise<Found> {
  const families = [parts.family, ...(parts.rivals ?? [])];
  const space = families.map(({ name, searchSpace }) => ({ family: name, space: searchSpace }));
  const drawn = sampleConfigurations(space, options.searchConfigurations, seed);
  const clock = openSearchClock(folds.length, options, parts);
  const run = {
    data,
    folds,
    options,
    seed,
    parts,
    families,
    prepared: preparedOnce(data, folds, options, seed),
  };
  const tried = new Map<TriedConfiguration, Judged>();
  const counts: number[] = [];
  let alive: readonly TriedConfiguration[] = drawn;
  let best: Judged | undefined;
  for (const rung of rungsOf(options, drawn.length)) {
    const isDecided = alive.length === 1 && !rung.isLast;
    const { mayStart } = clock.openRung(rung.laterRounds);
    const judged: Judged[] = [];
    while (!isDecided && judged.length < alive.length && mayStart(judged.length)) {
      const configuration = alive[judged.length] as TriedConfiguration;
      const step = `${configuration.family}, ${rung.rounds} rounds, ${judged.length + 1} of ${alive.length}`;
      parts.onProgress?.(step, 0);
      const one = await judge(run, configuration, rung.rounds);
      judged.push(one);
      tried.set(configuration, { ...one, forward: withoutModels(one.forward) });
    }
    counts.push(judged.length);
    if (isDecided) continue;
    const order = survivors(
      judged.map(({ logLoss }) => logLoss),
      rung.survivors(tried.size),
    );
    alive = order.map((at) => (judged[at] as Judged).configuration);
    best = judged[order[0] as number];
  }
  const found = best as Judged;
  const summary = { configurations: options.searchConfigurations, judged: counts, seconds: clock.seconds() };
  return { best: found, tried: [...tried.set(found.configuration, found).values()], summary };
}

function rungsOf({ rounds }: CandidateOptions, drawn: number) {
  const plan = halvingPlan(drawn);
  const allowed = plan.map(({ share }) => Math.max(1, Math.round(rounds * share)));
  return plan.map((_, at) => ({
    rounds: allowed[at] as number,
    laterRounds: allowed.slice(at + 1).map((later) => later / (allowed[at] as number)),
    isLast: at === plan.length - 1,
    /** Of as many as time allowed the first rung, not of as many as were drawn. */
    survivors: (tried: number) => (halvingPlan(drawn, tried)[at] as Rung).survivors,
  }));
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

async function judge(run: Run, configuration: TriedConfiguration, rounds: number): Promise<Judged> {
  const { data, folds, options, seed, parts, families, prepared } = run;
  const family = families.find(({ name }) => name === configuration.family) as ModelFamily;
  const parameters = { ...options.parameters, ...configuration.parameters };
  const asked = { ...options, parameters, rounds };
  const forward = await walkForward(data, folds, asked, seed, { ...parts, family }, prepared);
  const labels = Int32Array.from(forward.rows, (row) => data.classes[row] as number);
  const logLoss = measure(forward.chosen.probabilities, labels).log_loss;
  return { configuration, family, parameters, rounds, forward, logLoss };
}
