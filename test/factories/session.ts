import { istMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Leg, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { aLadder, aStoredSnapshot } from './snapshot.ts';

export interface SessionOptions {
  readonly seed?: number;
  readonly date?: string;
  readonly minutes?: number;
  /** Share of values that are missing and of legs and minutes that are absent, 0 to 1. */
  readonly faults?: number;
}

/** Numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A random walk of NSE chains, one a minute from 09:15 IST, with missing values where `faults` says so. */
export function aSession(options: SessionOptions = {}): StoredSnapshot[] {
  const { seed = 1, date = '2025-12-04', minutes = 60, faults = 0 } = options;
  const random = randomOf(seed);
  const lost = () => random() < faults;
  const orNull = (value: number) => (lost() ? null : value);
  const session: StoredSnapshot[] = [];
  let price = 26_000;
  let volume = 1000;
  for (let minute = 0; minute < minutes; minute += 1) {
    price = Math.round((price + (random() - 0.5) * 30) * 100) / 100;
    volume += Math.floor(random() * 500);
    if (minute > 0 && lost()) continue;
    const atmStrike = Math.round(price / 50) * 50;
    const timestamp = utcIso(istMs(date, 555) + minute * MINUTE_MS);
    session.push(
      aStoredSnapshot({
        timestamp,
        expiry: '2025-12-09',
        underlying_price: price,
        underlying_volume: orNull(volume),
        atm_strike: atmStrike,
        future_price: orNull(price + 100),
        future_oi: orNull(15_000_000 + Math.floor(random() * 10_000)),
        vix: orNull(10 + random()),
        legs: aLadder(atmStrike, 50, 6)
          .filter(() => !lost())
          .map((leg) => movedLeg(leg, random, orNull)),
      }),
    );
  }
  return session;
}

function movedLeg(leg: Leg, random: () => number, orNull: (value: number) => number | null): Leg {
  const bid = Math.round((50 + random() * 200) * 20) / 20;
  return {
    ...leg,
    ltp: orNull(Math.round((bid + random() * 0.2) * 20) / 20),
    oi: orNull(Math.floor(random() * 1000) * 75),
    volume: orNull(Math.floor((random() * 100_000) / 75) * 75),
    iv: orNull(8 + random() * 8),
    best_bid: orNull(bid),
    best_ask: orNull(bid + 0.1),
    bid_quantity: orNull(Math.floor(random() * 40) * 75),
    ask_quantity: orNull(Math.floor(random() * 40) * 75),
  };
}
