import type { Fold } from '../../shared/domain/training/folds.ts';
import { measureForecasts } from '../../shared/domain/training/magnitude/metrics.ts';
import { sampleConfigurations } from '../../shared/domain/training/search/sample-configurations.ts';
import type { ModelFamily, ModelParameters } from '../../shared/ports/model-family.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import type { MeasuredRows } from './measured-rows.ts';
import { type WalkForward, walkForward } from './walk-forward.ts';

/** A configuration with what it did on every fold. */
export interface Tried {
  readonly family: ModelFamily;
  /** As given, and as drawn over them. */
  readonly parameters: ModelParameters;
  readonly forward: WalkForward;
  /** Out of fold, in the unit of the amounts. */
  readonly rmse: number;
}

/**
 * Seeded random search, every configuration judged on every fold with all rounds; none is begun after the budget. With
 * fewer judged sessions than the options ask for, the family is taken as it is.
 *
 * @returns in the order they were drawn, at least one
 */
export async function search(
  data: MeasuredRows,
  moves: Float64Array,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
): Promise<Tried[]> {
  const rivals = (parts.rivals ?? []).filter((rival) => rival.fitMagnitude !== undefined);
  const families = [parts.family, ...rivals];
  const { nowMs = () => 0 } = parts;
  const endMs = nowMs() + options.searchBudgetMs;
  const space = families.map(({ name, searchSpace }) => ({ family: name, space: searchSpace }));
  const judged = options.searchJudged?.[0];
  const tried: Tried[] = [];
  const wanted = judgedSessions(data, folds) < options.searchLeastSessions ? 1 : options.searchConfigurations;
  for (const drawn of sampleConfigurations(space, wanted, seed)) {
    // What an earlier search came to takes the place of the clock.
    const isOver = judged === undefined ? nowMs() >= endMs : tried.length >= judged;
    if (tried.length > 0 && isOver) break;
    const family = families.find(({ name }) => name === drawn.family) as ModelFamily;
    const given = family === parts.family ? options.parameters : options.rivalParameters[family.name];
    const parameters = { ...given, ...drawn.parameters };
    const forward = await walkForward(data, moves, folds, { ...options, parameters }, seed, {
      ...parts,
      family,
    });
    tried.push({ family, parameters, forward, rmse: measureForecasts(forward.forecasts).rmse });
  }
  return tried;
}

function judgedSessions({ sessions }: MeasuredRows, folds: readonly Fold[]): number {
  return new Set(folds.flatMap(({ test }) => Array.from(test, (row) => sessions[row] as string))).size;
}

/** The one with the lowest error; of equal ones the first. @param tried - at least one */
export function bestOf(tried: readonly Tried[]): Tried {
  return tried.reduce((best, one) => (one.rmse < best.rmse ? one : best));
}
