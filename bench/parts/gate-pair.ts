import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { gateMarket, gaussians, normals } from './gate-market.ts';
import { dailyReturns, gateModel } from './gate-model.ts';
import { type DayTally, recordDays, type TallyShape } from './gate-record.ts';
import { mixed } from './gate-truth.ts';

/** How a candidate and production differ, and what else was tried on the candidate's dataset. */
export interface PairShape {
  /** Correlation of signal and move: candidate's and production's (`knowsFor`). */
  readonly candidate: number;
  readonly production: number;
  /** Correlation of their errors (`alikeFor`). */
  readonly alike: number;
  /** What the other configurations know that were tried on the candidate's dataset, and how alike their errors are. */
  readonly rivals: readonly number[];
  readonly rivalsAlike: number;
}

export interface Pair {
  readonly candidate: readonly DayTally[];
  readonly production: readonly DayTally[];
  /** Daily returns of each configuration over all days, the candidate's first. */
  readonly rivals: readonly Float64Array[];
}

/** One candidate and production on the same days of one market, the same for the same seed. */
export function gatePair(shape: PairShape, days: number, seed: number, tallies: TallyShape): Pair {
  const market = gateMarket(days, seed);
  const bell = gaussians(seededUniform(seed ^ 0x5bd1e995));
  const errors = () => normals(market.moves.length, bell);
  const own = errors();
  const candidate = gateModel(shape.candidate);
  const theirs = mixed(own, errors(), shape.alike);
  return {
    candidate: recordDays(candidate, market, own, tallies),
    production: recordDays(gateModel(shape.production), market, theirs, tallies),
    rivals: [
      dailyReturns(candidate, market, own),
      ...shape.rivals.map((knows) =>
        dailyReturns(gateModel(knows), market, mixed(own, errors(), shape.rivalsAlike)),
      ),
    ],
  };
}
