import { addDays, epochMs, utcIso } from '../../../../../shared/domain/market/indian-time.ts';
import type { QualityFlag } from '../../../../../shared/domain/market/quality/finding.ts';
import type { QualitySnapshot } from '../../../../../shared/domain/market/quality/observed.ts';
import type { QualityTerms } from '../../../../../shared/domain/market/quality/terms.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { changed, isAtmCall, withLegs } from './simulated.ts';

type Session = readonly QualitySnapshot[];

/** A fault put into a clean session: where it begins, where the rule must see it, and what else it may break. */
export interface Fault {
  readonly inject: (session: Session, terms: QualityTerms) => Session;
  readonly begins: number;
  readonly seenAt: number;
  readonly field: string;
  readonly alongside?: readonly QualityFlag[];
}

/** The minute at which single faults are put in. */
const M = 60;

const later = (snapshot: QualitySnapshot, seconds: number): QualitySnapshot => ({
  ...snapshot,
  timestamp: utcIso(epochMs(snapshot.timestamp) + 1000 * seconds),
});
const received = (snapshot: QualitySnapshot, secondsAfter: number): QualitySnapshot => {
  const at = utcIso(epochMs(snapshot.timestamp) + 1000 * secondsAfter);
  return { ...snapshot, received_at: at, recorded_at: at };
};
const atM = (session: Session, change: (snapshot: QualitySnapshot) => QualitySnapshot) =>
  changed(session, M, M, change);
const atmCall = (session: Session, change: (leg: Leg, snapshot: QualitySnapshot) => Leg) =>
  atM(session, (one) => withLegs(one, (leg) => (isAtmCall(one)(leg) ? change(leg, one) : leg)));

/** Every leg's fields as they were when the leg was first seen from the minute M on. */
function frozen(session: Session, to: number, keep: (first: Leg) => Partial<Leg>): Session {
  const firsts = new Map<string, Leg>();
  return changed(session, M, to, (one) =>
    withLegs(one, (leg) => {
      const first = firsts.get(leg.symbol) ?? leg;
      firsts.set(leg.symbol, first);
      return { ...leg, ...keep(first) };
    }),
  );
}

export const FAULTS: Readonly<Record<QualityFlag, Fault>> = {
  out_of_session: {
    inject: (session) => changed(session, 0, 0, (one) => later(one, -60)),
    ...{ begins: 0, seenAt: 0, field: 'timestamp' },
  },
  clock_skew: {
    inject: (session) => atM(session, (one) => received(one, -6)),
    ...{ begins: M, seenAt: M, field: 'timestamp' },
  },
  duplicated_minute: {
    inject: (session) => session.toSpliced(M + 1, 0, later(session[M]!, 20)),
    ...{ begins: M + 1, seenAt: M + 1, field: 'timestamp' },
  },
  minute_gap: {
    inject: (session) => session.toSpliced(M, 1),
    ...{ begins: M, seenAt: M, field: 'timestamp' },
  },
  wrong_expiry: {
    inject: (session) => atM(session, (one) => ({ ...one, expiry: addDays(one.expiry, 7) })),
    ...{ begins: M, seenAt: M, field: 'expiry' },
  },
  wrong_unit: {
    inject: (session, { lotUnits }) =>
      changed(session, 0, session.length, (one) =>
        withLegs(one, (leg) => ({ ...leg, oi: leg.oi! / lotUnits, volume: leg.volume! / lotUnits })),
      ),
    ...{ begins: 0, seenAt: M, field: 'oi' },
  },
  missing_strikes: {
    inject: (session, { strikeStep }) =>
      atM(session, (one) =>
        withLegs(one, (leg) => (leg.strike === one.atm_strike + strikeStep ? null : leg)),
      ),
    ...{ begins: M, seenAt: M, field: 'legs' },
  },
  dropped_side: {
    inject: (session) =>
      atM(session, (one) =>
        withLegs(one, (leg) =>
          leg.option_type === 'CE' ? leg : { ...leg, ltp: null, oi: null, best_bid: null, best_ask: null },
        ),
      ),
    ...{ begins: M, seenAt: M, field: 'legs' },
  },
  spot_jump: {
    inject: (session) => atM(session, (one) => ({ ...one, underlying_price: one.underlying_price * 1.015 })),
    ...{ begins: M, seenAt: M, field: 'underlying_price' },
    alongside: ['missing_strikes', 'future_basis_out_of_range', 'price_out_of_bounds'],
  },
  spot_frozen: {
    inject: (session) =>
      changed(session, M, M + 3, (one) => ({ ...one, underlying_price: session[M]!.underlying_price })),
    ...{ begins: M + 3, seenAt: M + 3, field: 'underlying_price' },
  },
  future_basis_out_of_range: {
    inject: (session) => atM(session, (one) => ({ ...one, future_price: one.underlying_price * 1.02 })),
    ...{ begins: M, seenAt: M, field: 'future_price' },
  },
  vix_missing: {
    inject: (session) => atM(session, (one) => ({ ...one, vix: null })),
    ...{ begins: M, seenAt: M, field: 'vix' },
  },
  vix_frozen: {
    inject: (session) => changed(session, M, M + 20, (one) => ({ ...one, vix: session[M]!.vix })),
    ...{ begins: M + 20, seenAt: M + 20, field: 'vix' },
  },
  crossed_quotes: {
    inject: (session) =>
      atmCall(session, (leg) => ({ ...leg, best_bid: leg.best_ask, best_ask: leg.best_bid })),
    ...{ begins: M, seenAt: M, field: 'best_bid' },
  },
  locked_zero_quotes: {
    inject: (session) => atmCall(session, (leg) => ({ ...leg, best_bid: 0, best_ask: 0 })),
    ...{ begins: M, seenAt: M, field: 'best_bid' },
  },
  stale_quotes: {
    inject: (session) => frozen(session, M + 2, ({ best_bid, best_ask }) => ({ best_bid, best_ask })),
    ...{ begins: M, seenAt: M + 2, field: 'best_bid', alongside: ['stale_last_price'] },
  },
  stale_last_price: {
    inject: (session) => atmCall(session, (leg) => ({ ...leg, ltp: leg.ltp! * 1.5 })),
    ...{ begins: M, seenAt: M, field: 'ltp' },
  },
  price_out_of_bounds: {
    inject: (session, { strikeStep, ladderSides }) =>
      atM(session, (one) =>
        withLegs(one, (leg) => {
          const deepest =
            leg.option_type === 'CE' && leg.strike === one.atm_strike - ladderSides * strikeStep;
          return deepest ? { ...leg, ltp: 1 } : leg;
        }),
      ),
    ...{ begins: M, seenAt: M, field: 'ltp', alongside: ['stale_last_price'] },
  },
  put_call_parity_broken: {
    inject: (session) =>
      atmCall(session, (leg, { underlying_price }) => {
        const shift = Math.round(0.003 * underlying_price);
        const [bid, ask, ltp] = [leg.best_bid! + shift, leg.best_ask! + shift, leg.ltp! + shift];
        return { ...leg, best_bid: bid, best_ask: ask, ltp };
      }),
    ...{ begins: M, seenAt: M, field: 'best_bid' },
  },
  frozen_oi: {
    inject: (session) => frozen(session, M + 10, ({ oi }) => ({ oi })),
    ...{ begins: M + 10, seenAt: M + 10, field: 'oi' },
  },
  oi_contradicts_change: {
    inject: (session, { lotUnits }) =>
      atmCall(session, (leg) => ({ ...leg, oi: leg.oi! + leg.volume! + 100 * lotUnits })),
    ...{ begins: M, seenAt: M, field: 'oi' },
  },
  volume_falling: {
    inject: (session) =>
      atmCall(session, (leg) => {
        const before = session[M - 1]!.legs.find(({ symbol }) => symbol === leg.symbol)!;
        return { ...leg, volume: before.volume! - 75_000 };
      }),
    ...{ begins: M, seenAt: M, field: 'volume' },
  },
};
