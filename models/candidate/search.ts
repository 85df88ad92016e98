import type { Fold } from '../../shared/domain/training/folds.ts';
import { measure } from '../../shared/domain/training/metrics.ts';
import { halvingPlan, survivors } from '../../shared/domain/training/search/halving-plan.ts';
import {
  sampleConfigurations,
  type TriedConfiguration,
} from '../../shared/domain/training/search/sample-configurations.ts';
import type { ModelFamily, ModelParameters } from '../../shared/ports/model-family.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import type { Observations } from './observations.ts';
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
  /** Judged with all rounds; the lowest out-of-fold log-loss. It alone keeps its folds' models. */
  readonly best: Judged;
  /** Every configuration that was looked at, the best among them, in the order they were drawn. */
  readonly tried: readonly Judged[];
}

/**
 * Seeded random search with successive halving, every configuration judged on every fold. What the clock decides is
 * only how many configurations are drawn, and that number is written down: the same number gives the same result.
 */
export async function search(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
): Promise<Found> {
  const families = [parts.family, ...(parts.rivals ?? [])];
  const configurations = options.searchConfigurations;
  const { nowMs = () => 0 } = parts;
  const endMs = nowMs() + options.searchBudgetMs;
  const space = families.map(({ name, searchSpace }) => ({ family: name, space: searchSpace }));
  let alive = sampleConfigurations(space, configurations, seed);
  const tried = new Map<TriedConfiguration, Judged>();
  let judged: Judged[] = [];
  for (const [index, rung] of halvingPlan(alive.length).entries()) {
    const rounds = Math.max(1, Math.round(options.rounds * rung.share));
    judged = [];
    for (const configuration of alive) {
      if (index === 0 && judged.length > 0 && nowMs() >= endMs) break;
      const step = `${configuration.family}, ${rounds} rounds, ${judged.length + 1} of ${alive.length}`;
      parts.onProgress?.(step, 0);
      const one = await judge(data, folds, { ...options, rounds }, seed, parts, configuration, families);
      judged.push(one);
      tried.set(configuration, { ...one, forward: withoutModels(one.forward) });
    }
    const losses = judged.map(({ logLoss }) => logLoss);
    alive = survivors(losses, rung.survivors).map((at) => (judged[at] as Judged).configuration);
  }
  const best = judged.find(({ configuration }) => configuration === alive[0]) as Judged;
  return { best, tried: [...tried.set(best.configuration, best).values()] };
}

async function judge(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
  configuration: TriedConfiguration,
  families: readonly ModelFamily[],
): Promise<Judged> {
  const family = families.find(({ name }) => name === configuration.family) as ModelFamily;
  const parameters = { ...options.parameters, ...configuration.parameters };
  const forward = await walkForward(data, folds, { ...options, parameters }, seed, {
    ...parts,
    family,
  });
  const labels = Int32Array.from(forward.rows, (row) => data.classes[row] as number);
  const logLoss = measure(forward.chosen.probabilities, labels).log_loss;
  return { configuration, family, parameters, rounds: options.rounds, forward, logLoss };
}
