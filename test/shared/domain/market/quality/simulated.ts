import { exchangesRules } from '../../../../../shared/config/exchanges.ts';
import type { QualitySnapshot } from '../../../../../shared/domain/market/quality/observed.ts';
import { qualityTerms } from '../../../../../shared/domain/market/quality/terms.ts';
import { EXCHANGES, type Exchange, type Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../../../../simulator/exchange-spec.ts';
import { simulateSession } from '../../../../../simulator/market.ts';

const specs = specsFrom(exchangesRules(), EXCHANGES);

/** A clean session of the simulator. */
export function simulated(exchange: Exchange, date: string, seed: number, edge = 0): QualitySnapshot[] {
  const spec = specs.find((one) => one.exchange === exchange)!;
  return [...simulateSession({ seed, spec, date, edge }).snapshots];
}

export const termsOf = (exchange: Exchange, date: string) => qualityTerms(date, exchangesRules()[exchange]);

/** The snapshot with some of its legs changed; a change that gives null takes the leg out. */
export function withLegs(snapshot: QualitySnapshot, change: (leg: Leg) => Leg | null): QualitySnapshot {
  return { ...snapshot, legs: snapshot.legs.map(change).filter((leg) => leg !== null) };
}

/** The session with the snapshots `from` to `to` (included) changed. */
export function changed(
  session: readonly QualitySnapshot[],
  from: number,
  to: number,
  change: (snapshot: QualitySnapshot) => QualitySnapshot,
): QualitySnapshot[] {
  return session.map((one, index) => (index >= from && index <= to ? change(one) : one));
}

/** Whether a leg is the call at the money. */
export const isAtmCall = (snapshot: QualitySnapshot) => (leg: Leg) =>
  leg.option_type === 'CE' && leg.strike === snapshot.atm_strike;
