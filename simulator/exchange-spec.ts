import type { Exchange } from '../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../shared/errors.ts';

export type UnderlyingName = 'NIFTY' | 'SENSEX' | 'BANKNIFTY';

/** The hours of one session, as minutes after midnight IST; the last snapshot is at `closeMinute - 1`. */
export interface SessionHours {
  readonly openMinute: number;
  readonly closeMinute: number;
}

/** What the simulator has to know of one chain; the caller fills it from its configuration. */
export interface ExchangeSpec {
  readonly exchange: Exchange;
  readonly underlying: UnderlyingName;
  /** Points between two strikes. */
  readonly strikeStep: number;
  /** Strikes of the ladder on each side of the at-the-money strike; a few more beyond are quoted. */
  readonly strikesPerSide: number;
  readonly expiryCycle: 'weekly' | 'monthly';
  /** 0 Sunday ... 6 Saturday; the nominal day, before it is moved forward for a holiday. */
  readonly expiryWeekday: number;
  /** Units of one lot on that date (YYYY-MM-DD). */
  lotSizeOn(date: string): number;
  hoursOn(date: string): SessionHours;
  isTradingDay(date: string): boolean;
}

const PLAIN = [
  { exchange: 'NSE', underlying: 'NIFTY', step: 50, side: 5, cycle: 'weekly', weekday: 2, lot: 65 },
  { exchange: 'BSE', underlying: 'SENSEX', step: 100, side: 5, cycle: 'weekly', weekday: 4, lot: 20 },
  { exchange: 'NSE_MONTHLY', underlying: 'NIFTY', step: 50, side: 10, cycle: 'monthly', weekday: 2, lot: 65 },
  {
    exchange: 'BANKNIFTY_MONTHLY',
    underlying: 'BANKNIFTY',
    step: 100,
    side: 10,
    cycle: 'monthly',
    weekday: 2,
    lot: 30,
  },
] as const;

/**
 * The four chains with fixed 2026 lots, hours 09:15-15:30 and the given holidays (YYYY-MM-DD): for tests and
 * benchmarks that need no configuration. Example: `plainSpecs(['2026-01-26'])`.
 */
export function plainSpecs(holidays: Iterable<string> = []): readonly ExchangeSpec[] {
  const closed = new Set(holidays);
  return PLAIN.map((row) => ({
    exchange: row.exchange,
    underlying: row.underlying,
    strikeStep: row.step,
    strikesPerSide: row.side,
    expiryCycle: row.cycle,
    expiryWeekday: row.weekday,
    lotSizeOn: () => row.lot,
    hoursOn: () => ({ openMinute: 555, closeMinute: 930 }),
    isTradingDay: (date: string) => !isWeekend(date) && !closed.has(date),
  }));
}

/** Refuses a date on which the exchange has no session, and hours that hold no minute. */
export function requireTradingDay(spec: ExchangeSpec, date: string): SessionHours {
  if (!spec.isTradingDay(date)) {
    throw new RejectedInput(`date: expected a trading day of ${spec.exchange}, was ${date}`, {
      field: 'date',
    });
  }
  const hours = spec.hoursOn(date);
  if (!(hours.closeMinute > hours.openMinute)) {
    throw new RejectedInput(
      `hours of ${spec.exchange} on ${date}: expected a close after the open, was ${hours.openMinute} to ${hours.closeMinute}`,
      { field: 'hours' },
    );
  }
  return hours;
}

function isWeekend(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
