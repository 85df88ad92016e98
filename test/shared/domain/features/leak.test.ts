import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDay } from '../../../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../../../shared/domain/features/feature-set.ts';
import { FEATURE_SETS } from '../../../../shared/domain/features/feature-sets.ts';
import { timelineOf, type WindowContext } from '../../../../shared/domain/features/window.ts';
import { addDays, epochMs } from '../../../../shared/domain/market/indian-time.ts';
import type { Exchange, Leg, Macro, StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aDaySummary } from '../../../factories/day-summary.ts';
import { aRandomChain, aRandomContext } from '../../../factories/random-chain.ts';
import { someTerms } from '../../../factories/window.ts';

const terms = someTerms();

interface World {
  readonly session: readonly StoredSnapshot[];
  readonly context: WindowContext;
}

/** Everything that a snapshot says, a thousandfold; a missing value becomes a number. Its times stay. */
function corrupted(snapshot: StoredSnapshot): StoredSnapshot {
  const large = (value: number | null) => (value ?? 7) * 1000 + 1;
  return {
    ...snapshot,
    expiry: addDays(snapshot.expiry, 11),
    underlying_price: large(snapshot.underlying_price),
    underlying_volume: large(snapshot.underlying_volume),
    atm_strike: large(snapshot.atm_strike),
    future_price: large(snapshot.future_price),
    future_oi: large(snapshot.future_oi),
    vix: large(snapshot.vix),
    macro: Object.fromEntries(Object.keys(snapshot.macro ?? {}).map((key) => [key, 1e6])) as Macro,
    legs: snapshot.legs.map(
      (leg, i): Leg => ({
        ...leg,
        ltp: large(leg.ltp),
        oi: large(leg.oi),
        volume: large(leg.volume),
        iv: large(leg.iv),
        best_bid: large(leg.best_bid),
        best_ask: large(leg.best_ask),
        bid_quantity: large(leg.bid_quantity),
        ask_quantity: large(leg.ask_quantity) * (1 + (i % 3)),
      }),
    ),
  };
}

/** The same world, but for all that was received after a moment, in the chain, its siblings and the day summaries. */
function corruptedAfter({ session, context }: World, knownMs: number): World {
  const change = (snapshots: readonly StoredSnapshot[]) =>
    snapshots.map((one) => (epochMs(one.received_at) > knownMs ? corrupted(one) : one));
  const siblings = Object.entries(context.siblings ?? {}).map(
    ([exchange, { snapshots }]) => [exchange as Exchange, timelineOf(change(snapshots))] as const,
  );
  const wild = { closeAtmIv: 9, openUnderlying: 1, closeUnderlying: 1e6, dailyVolatility: 5 };
  const laterDays = [
    aDaySummary({ date: '2025-12-03', received_at: '2025-12-04T09:00:00.000Z', ...wild }),
    aDaySummary({ date: '2025-12-04', received_at: '2025-12-04T01:00:00.000Z', ...wild }),
    aDaySummary({ date: '2025-12-05', ...wild }),
  ];
  return {
    session: change(session),
    context: {
      siblings: Object.fromEntries(siblings),
      priorDays: [...(context.priorDays ?? []), ...laterDays],
    },
  };
}

/** Moments at which a snapshot is still on its way while a newer one has come: a millisecond before it is received. */
function beforeLate(session: readonly StoredSnapshot[]): number[] {
  const times = session.map((one) => ({
    atMs: epochMs(one.timestamp),
    receivedMs: epochMs(one.received_at),
  }));
  return times
    .filter((late) => times.some(({ atMs, receivedMs }) => atMs > late.atMs && receivedMs < late.receivedMs))
    .map(({ receivedMs }) => receivedMs - 1);
}

/** Where to part past and future: where something is late, if anything is and it is asked for, else at any receipt. */
function cutOf({ session }: World, share: number, atLate: boolean): number {
  const late = atLate ? beforeLate(session) : [];
  const times = late.length > 0 ? late : session.map((one) => epochMs(one.received_at));
  return times.sort((a, b) => a - b)[Math.floor(share * (times.length - 1))]!;
}

const rowsOf = ({ session, context }: World, set: FeatureSet) => computeDay(session, set, terms, context);

/** Names of the features that differ between rows of one time. */
function differing(rows: readonly FeatureRow[], others: readonly FeatureRow[], set: FeatureSet): string[] {
  const names = featureNames(set);
  const again = new Map(others.map((row) => [row.uid, row]));
  return names.filter((_, i) => rows.some((row) => !Object.is(row.values[i], again.get(row.uid)?.values[i])));
}

/** What time alone decides, and what is 0 in the tracker's definition of a whole ladder before and after. */
const UNTOUCHED_BY_TRACKER: readonly string[] = [
  'breadth_divergence',
  'ce_oi_spike',
  'pe_oi_spike',
  'ce_oi_momentum_20',
  'pe_oi_momentum_20',
  'hour',
  'minute',
  'time_to_close_hours',
  'is_opening_hour',
  'is_closing_hour',
  'is_lunch_hour',
  'sin_time',
  'cos_time',
];
const UNTOUCHED: Readonly<Record<string, readonly string[]>> = {
  'tracker-v2': UNTOUCHED_BY_TRACKER,
  'tracker-v2-prices': UNTOUCHED_BY_TRACKER,
  'chain-v3': ['minutes_since_open', 'minutes_to_close', 'session_progress', 'is_expiry_day'],
};

describe.each(FEATURE_SETS.map((set) => [set.id, set] as const))('%s', (_, set) => {
  const worlds = fc.record({
    seed: fc.nat(),
    faults: fc.constantFrom(0, 0.05, 0.2),
    minutes: fc.constant(70),
  });

  it('knows nothing of what comes later: corrupting all that was received after t changes no feature at or before t', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        fc.boolean(),
        (options, share, late) => {
          const world: World = { session: aRandomChain(options), context: aRandomContext(options) };
          const knownMs = cutOf(world, share, late);
          const wasKnown = (row: FeatureRow) => epochMs(row.received_at) <= knownMs;
          const rows = rowsOf(world, set).filter(wasKnown);
          const again = rowsOf(corruptedAfter(world, knownMs), set).filter(wasKnown);
          expect(again.map((row) => row.uid)).toEqual(rows.map((row) => row.uid));
          expect(differing(rows, again, set)).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('would show it: corrupting what is known changes every feature but those of the clock', () => {
    const world: World = { session: aRandomChain({ minutes: 75 }), context: aRandomContext({ minutes: 75 }) };
    const rows = rowsOf(world, set);
    const after = corruptedAfter(world, epochMs(world.session[70]!.received_at));
    const days = after.context.priorDays!.map((day) => ({
      ...day,
      closeAtmIv: 3,
      closeUnderlying: day.closeUnderlying ** 1.1,
      dailyVolatility: 1,
    }));
    const again = rowsOf({ ...after, context: { ...after.context, priorDays: days } }, set);
    const unchanged = featureNames(set).filter((name) => !differing(rows, again, set).includes(name));
    expect(unchanged.toSorted()).toEqual(UNTOUCHED[set.id]!.toSorted());
  });
});
