import { epochMs } from '../indian-time.ts';
import type { ChainSnapshot, Leg, StoredSnapshot } from '../snapshot.ts';

/** A snapshot as the rules take it; the times of receipt are known once it is stored. */
export type QualitySnapshot = ChainSnapshot & Partial<Pick<StoredSnapshot, 'received_at' | 'recorded_at'>>;

/** A snapshot with its time read and its legs to be found by strike. */
export interface Observed {
  readonly snapshot: QualitySnapshot;
  /** Epoch milliseconds of `timestamp`. */
  readonly ms: number;
  readonly calls: ReadonlyMap<number, Leg>;
  readonly puts: ReadonlyMap<number, Leg>;
}

/** Snapshots are immutable, and each is looked at again as history of those that follow. */
const seen = new WeakMap<QualitySnapshot, Observed>();

/** Indexes a snapshot; the same object gives the same answer, which is made once. */
export function observe(snapshot: QualitySnapshot): Observed {
  const known = seen.get(snapshot);
  if (known !== undefined) return known;
  const calls = new Map<number, Leg>();
  const puts = new Map<number, Leg>();
  for (const leg of snapshot.legs) (leg.option_type === 'CE' ? calls : puts).set(leg.strike, leg);
  const observed = { snapshot, ms: epochMs(snapshot.timestamp), calls, puts };
  seen.set(snapshot, observed);
  return observed;
}

/** The leg of a strike and type, or undefined. */
export function legOf(observed: Observed, strike: number, type: Leg['option_type']): Leg | undefined {
  return (type === 'CE' ? observed.calls : observed.puts).get(strike);
}
