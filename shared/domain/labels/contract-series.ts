import type { Leg } from '../market/snapshot.ts';

/** What labels need of a leg. */
export type LabelLeg = Pick<
  Leg,
  'strike' | 'option_type' | 'ltp' | 'oi' | 'volume' | 'best_bid' | 'best_ask'
>;

/** A chain at a row: its expiry, its at-the-money strike and its legs. */
export interface ChainPoint {
  readonly expiry: string;
  readonly atmStrike: number;
  readonly legs: readonly LabelLeg[];
}

/** One contract through a session: one value a row, NaN where it is missing. */
export interface ContractSeries {
  readonly ltp: Float64Array;
  readonly oi: Float64Array;
  readonly volume: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
}

/** A contract by what it is; undefined when no row has it. */
export type ContractAt = (
  expiry: string,
  strike: number,
  optionType: Leg['option_type'],
) => ContractSeries | undefined;

/** Lays out the legs of a session's rows by contract. A contract that leaves the chain and returns stays one. */
export function contractSeries(rows: readonly ChainPoint[]): ContractAt {
  const chains = new Map<string, Map<number, ContractSeries>>();
  for (const [row, { expiry, legs }] of rows.entries()) {
    const chain = chains.get(expiry) ?? new Map<number, ContractSeries>();
    chains.set(expiry, chain);
    for (const leg of legs) {
      const key = keyOf(leg.strike, leg.option_type);
      const series = chain.get(key) ?? emptySeries(rows.length);
      chain.set(key, series);
      setAt(series, row, leg);
    }
  }
  return (expiry, strike, optionType) => chains.get(expiry)?.get(keyOf(strike, optionType));
}

/** Strikes are positive: the sign tells calls from puts. */
function keyOf(strike: number, optionType: Leg['option_type']): number {
  return optionType === 'CE' ? strike : -strike;
}

function emptySeries(rows: number): ContractSeries {
  const column = () => new Float64Array(rows).fill(Number.NaN);
  return { ltp: column(), oi: column(), volume: column(), bid: column(), ask: column() };
}

function setAt(series: ContractSeries, row: number, leg: LabelLeg): void {
  series.ltp[row] = leg.ltp ?? Number.NaN;
  series.oi[row] = leg.oi ?? Number.NaN;
  series.volume[row] = leg.volume ?? Number.NaN;
  series.bid[row] = leg.best_bid ?? Number.NaN;
  series.ask[row] = leg.best_ask ?? Number.NaN;
}
