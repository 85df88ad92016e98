import { nearestStrike } from '../shared/domain/market/import/nearest-strike.ts';
import type { ChainSnapshot } from '../shared/domain/market/snapshot.ts';
import { futurePrice, momentAt } from './chain-moment.ts';
import type { ChainOptions, ChainSession } from './chain-session.ts';
import { openChain } from './chain-session.ts';
import { legsAt } from './legs.ts';
import type { BookState } from './open-interest.ts';
import { closeBook, moveBook, PUBLISH_MINUTES, publish } from './open-interest.ts';
import { roundToTick } from './quotes.ts';
import { ACTIVITY, minuteLots, sessionActivity } from './volume.ts';

/** The snapshots of one chain in one session, one a minute, and the open interest it hands to the next. */
export function simulateChain(options: ChainOptions): {
  readonly snapshots: readonly ChainSnapshot[];
  readonly end: BookState;
} {
  const session = openChain(options);
  const snapshots: ChainSnapshot[] = [];
  for (let minute = 0; minute < options.path.spot.length; minute++) {
    tradeMinute(session, minute);
    snapshots.push(snapshotAt(session, minute));
  }
  return { snapshots, end: closeBook(session.book) };
}

/** Trades of one minute: volume at every strike, positions that follow, and their publication when it is due. */
function tradeMinute(session: ChainSession, minute: number): void {
  const { spec, terms, path, book } = session;
  const done = minute / path.spot.length;
  const expiryDay = terms.expiry === session.date;
  const activity = sessionActivity(done, expiryDay, session.factors.volatility[minute]!);
  const atTheMoney = ACTIVITY[spec.exchange].lotsPerMinute * activity;
  for (let leg = 0; leg < session.minuteLots.length; leg++) {
    const distance = (session.strikes[leg >> 1]! - path.spot[minute]!) / terms.strikeStep;
    const lots = minuteLots(atTheMoney, distance, session.flowRandom);
    session.minuteLots[leg] = lots;
    session.dayLots[leg]! += lots;
  }
  moveBook(book, path.flow[minute]!, session.minuteLots, expiryDay ? done : 0, session.flowRandom);
  if (minute > 0 && minute % PUBLISH_MINUTES === 0) publish(book);
}

function snapshotAt(session: ChainSession, minute: number): ChainSnapshot {
  const { spec, path, terms, date } = session;
  const spot = path.spot[minute]!;
  const clock = terms.openMinute + minute;
  const future = futurePrice(session, minute);
  const underlyingPrice = Number(spot.toFixed(2));
  const atmStrike = nearestStrike(underlyingPrice, terms.strikeStep);
  const moment = momentAt(session, minute, future);
  return {
    schema: 1,
    exchange: spec.exchange,
    timestamp: `${date}T${twoDigits(Math.floor(clock / 60))}:${twoDigits(clock % 60)}:00+05:30`,
    sequence: minute,
    expiry: terms.expiry,
    underlying_price: underlyingPrice,
    underlying_volume: null,
    atm_strike: atmStrike,
    future_price: roundToTick(future),
    future_oi: publishedFutureOi(session, minute),
    vix: Number((session.factors.vixPct[minute]! + (session.drift.ivShiftPct ?? 0)).toFixed(2)),
    macro: session.macro,
    legs: legsAt(session, moment, atmStrike),
  };
}

function publishedFutureOi(session: ChainSession, minute: number): number {
  const { lotSize } = session.terms;
  const published = minute - (minute % PUBLISH_MINUTES);
  return Math.round(session.path.futureOi[published]! / lotSize) * lotSize;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
