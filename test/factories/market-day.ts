import { exchangesRules } from '../../shared/config/exchanges.ts';
import { acceptSnapshots } from '../../shared/domain/market/accept.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay } from '../../simulator/market.ts';
import { randomOf } from './session.ts';

export interface MarketDayOptions {
  readonly date: string;
  readonly exchanges: readonly Exchange[];
  readonly seed?: number;
  /** Minutes of the session, from its first. */
  readonly minutes?: number;
  readonly edge?: number;
}

/** A simulated day of several chains as the loop keeps it, in the order it was received, each snapshot a second later. */
export function marketDay(options: MarketDayOptions): StoredSnapshot[] {
  const { date, exchanges, seed = 1, minutes = 60, edge = 0 } = options;
  const specs = specsFrom(exchangesRules(), exchanges);
  const { sessions } = simulateDay({ seed, edge, exchanges: specs, date });
  const posted = sessions.flatMap(({ snapshots }) => snapshots.slice(0, minutes));
  return received(posted.map((snapshot) => ({ ...snapshot, received_at: after(snapshot.timestamp, 1000) })));
}

/**
 * A day as it may arrive, in the order of arrival: late snapshots, lost ones, two in a minute, another of the same
 * moment.
 */
export function arrivalsOf(day: readonly StoredSnapshot[], seed: number): StoredSnapshot[] {
  const random = randomOf(seed);
  const variant = (one: StoredSnapshot, afterMs: number, delayMs: number, points: number) => ({
    ...one,
    timestamp: after(one.timestamp, afterMs),
    received_at: after(one.timestamp, afterMs + delayMs),
    underlying_price: one.underlying_price + points,
  });
  const posted = day.flatMap((one) => {
    if (random() < 0.05) return [];
    // Milliseconds of their own, so that no two are received at once: their order of arrival is what is tested.
    const delayMs = random() < 0.2 ? Math.floor(random() * 240_000) : 1000 + Math.floor(random() * 900);
    const all = [variant(one, 0, delayMs, 0)];
    if (random() < 0.15) all.push(variant(one, 20_000, Math.floor(random() * 200_000), 3));
    if (random() < 0.1) all.push(variant(one, 0, delayMs + 30_000, 7));
    return all;
  });
  return received(posted);
}

function received(posted: readonly object[]): StoredSnapshot[] {
  const bare = posted.map((one) => {
    const {
      snapshot_id: _id,
      recorded_at: _recorded,
      origin: _origin,
      ...snapshot
    } = one as Partial<StoredSnapshot>;
    return snapshot;
  });
  const recordedAt = '2026-12-31T00:00:00.000Z';
  const { accepted, rejected } = acceptSnapshots(bare, { recordedAt, backfill: true });
  if (rejected[0] !== undefined) throw new Error(rejected[0].reason);
  const stored = accepted.map((one) => ({ ...one, recorded_at: one.received_at }));
  return stored.sort((a, b) => epochMs(a.received_at) - epochMs(b.received_at));
}

function after(timestamp: string, ms: number): string {
  return utcIso(epochMs(timestamp) + ms);
}
