import type { DaySummary } from '../../shared/domain/features/day-summary.ts';
import { type Timeline, timelineOf } from '../../shared/domain/features/window.ts';
import { addDays, epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, Leg, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { aDaySummary } from './day-summary.ts';
import { aPricedSnapshot } from './priced-chain.ts';
import { randomOf } from './session.ts';

export interface RandomChain {
  readonly seed?: number;
  readonly exchange?: Exchange;
  readonly expiry?: string;
  readonly minutes?: number;
  /** Share of values that are missing, of legs and minutes that are absent, of snapshots that come late or twice. */
  readonly faults?: number;
}

/**
 * A session of a chain as it may really be: prices walk, quotes follow Black's prices, open interest is published
 * every third minute, volume counts up. Without faults chain-v3 knows all its features after an hour.
 */
export function aRandomChain(options: RandomChain = {}): StoredSnapshot[] {
  const { seed = 1, exchange = 'NSE', expiry = '2025-12-05', minutes = 75, faults = 0 } = options;
  const random = randomOf(seed);
  const lost = () => random() < faults;
  const orNull = <Value>(value: Value) => (lost() ? null : value);
  const book = new Map<string, { oi: number; volume: number }>();
  let [price, level, futureOi] = [26_000, 0.12, 15_000_000];
  return Array.from({ length: minutes }, (_, minute) => minute).flatMap((minute) => {
    price = Math.round((price + (random() - 0.5) * 16) * 100) / 100;
    level = Math.max(0.08, level + (random() - 0.5) * 0.004);
    if (minute % 3 === 0) futureOi += Math.floor((random() - 0.4) * 20_000);
    const [at, now] = [price, level];
    const leg = (one: Leg) => (lost() ? null : movedLeg(one, { book, random, orNull, minute, price: at }));
    const volatility = (strike: number) => now - (strike - at) / 40_000;
    const overrides = {
      future_price: orNull(price + 60),
      future_oi: orNull(futureOi),
      vix: orNull(100 * level + 1),
      macro: macroOf(random, orNull),
    };
    const snapshot = aPricedSnapshot({
      exchange,
      expiry,
      minute,
      price,
      sides: 7,
      volatility,
      leg,
      overrides,
    });
    if (minute > 0 && (lost() || snapshot.legs.length === 0)) return [];
    return asItMayArrive(snapshot, random, lost);
  });
}

interface Walk {
  readonly book: Map<string, { oi: number; volume: number }>;
  readonly random: () => number;
  readonly orNull: <Value>(value: Value) => Value | null;
  readonly minute: number;
  readonly price: number;
}

function movedLeg(leg: Leg, { book, random, orNull, minute, price }: Walk): Leg {
  const before = book.get(leg.symbol) ?? { oi: 50_000 + Math.floor(random() * 900_000), volume: 0 };
  // Calls stand above the price and puts below it, so that dealer gamma changes its sign in between.
  const pull = leg.strike > price === (leg.option_type === 'CE') ? 0.58 : 0.45;
  const oi =
    minute % 3 === 0 ? Math.max(0, before.oi + Math.floor((random() + pull - 1) * 60_000)) : before.oi;
  const volume = before.volume + Math.floor(random() * 30_000);
  book.set(leg.symbol, { oi, volume });
  const width = Math.ceil(random() * 6) / 40;
  const middle = leg.ltp!;
  return {
    ...leg,
    ltp: orNull(Math.max(0.05, middle + (random() - 0.5) * 2 * width)),
    oi: orNull(oi),
    volume: orNull(volume),
    iv: orNull(10 + 4 * random()),
    best_bid: orNull(Math.max(0, middle - width)),
    best_ask: orNull(middle + width),
    bid_quantity: orNull(75 * Math.ceil(random() * 40)),
    ask_quantity: orNull(75 * Math.ceil(random() * 40)),
  };
}

function macroOf(random: () => number, orNull: Walk['orNull']): StoredSnapshot['macro'] {
  const value = () => orNull(random() - 0.5);
  return {
    fii_dii_net: value(),
    usdinr_trend: value(),
    crude_trend: value(),
    banknifty_correlation: value(),
    risk_on_score: value(),
    news_sentiment_score: value(),
    vix_contango_pct: value(),
    term_structure_spread: value(),
  };
}

/** Some snapshots are received late, some minutes have a second one, which may be late too. */
function asItMayArrive(
  snapshot: StoredSnapshot,
  random: () => number,
  lost: () => boolean,
): StoredSnapshot[] {
  const ms = epochMs(snapshot.timestamp);
  const at = utcIso(ms + (lost() ? Math.floor(random() * 300_000) : 0));
  const received = { ...snapshot, received_at: at, recorded_at: at };
  if (!lost()) return [received];
  const again = ms + 5000;
  const againAt = utcIso(again + (random() < 0.5 ? 0 : 200_000));
  const second = {
    ...received,
    snapshot_id: snapshot.snapshot_id.replace(/^./, (first) => (first === '0' ? '1' : '0')),
    timestamp: utcIso(again),
    received_at: againAt,
    recorded_at: againAt,
    underlying_price: snapshot.underlying_price + 1.5,
  };
  return [received, second];
}

/** What chain-v3 reads beside an NSE chain: its monthly chain, the SENSEX chain, and thirty earlier sessions. */
export function aRandomContext(options: RandomChain = {}): {
  siblings: Partial<Record<Exchange, Timeline>>;
  priorDays: DaySummary[];
} {
  const { seed = 1 } = options;
  const random = randomOf(seed + 99);
  return {
    siblings: {
      NSE_MONTHLY: timelineOf(
        aRandomChain({ ...options, seed: seed + 7, exchange: 'NSE_MONTHLY', expiry: '2025-12-30' }),
      ),
      BSE: timelineOf(aRandomChain({ ...options, seed: seed + 8, exchange: 'BSE', expiry: '2025-12-11' })),
    },
    priorDays: Array.from({ length: 30 }, (_, i) =>
      aDaySummary({
        date: addDays('2025-12-03', i - 29),
        closeAtmIv: 0.08 + random() * 0.1,
        openUnderlying: 25_500 + random() * 1000,
        closeUnderlying: 25_500 + random() * 1000,
        dailyVolatility: 0.004 + random() * 0.006,
      }),
    ),
  };
}
