import { isTradingDay, sessionOf } from '../shared/domain/market/calendar.ts';
import { ladderSidesOn, lotSizeFor, nearestExpiry, strikeStepOn } from '../shared/domain/market/contract.ts';
import type { ExchangeRules, ExchangesRules } from '../shared/domain/market/exchange-rules.ts';
import type { Exchange } from '../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../shared/errors.ts';

export type UnderlyingName = 'NIFTY' | 'SENSEX' | 'BANKNIFTY';

/** What the simulator has to know of one chain; `specsFrom` fills it from the configuration, a test may by hand. */
export interface ExchangeSpec {
  readonly exchange: Exchange;
  readonly underlying: UnderlyingName;
  /** The terms of one session (YYYY-MM-DD), or null when the exchange does not trade that day. */
  termsOn(date: string): SessionTerms | null;
}

export interface SessionTerms {
  /** Minutes after midnight IST; the last snapshot is at `closeMinute - 1`. */
  readonly openMinute: number;
  readonly closeMinute: number;
  /** Index points between two strikes. */
  readonly strikeStep: number;
  /** Strikes of the ladder on each side of the at-the-money strike; a few more beyond are quoted. */
  readonly strikesPerSide: number;
  /** Units of one lot. */
  readonly lotSize: number;
  /** The contract followed on that day. */
  readonly expiry: string;
  /** The nearest last expiry of a month of the same underlying: that of its future. */
  readonly monthlyExpiry: string;
  /** An option of the underlying expires on this day, in whichever chain. */
  readonly underlyingExpires: boolean;
}

const UNDERLYING_OF: Readonly<Record<Exchange, UnderlyingName>> = {
  NSE: 'NIFTY',
  BSE: 'SENSEX',
  NSE_MONTHLY: 'NIFTY',
  BANKNIFTY_MONTHLY: 'BANKNIFTY',
};
const WITH_WEEKLY_EXPIRY: ReadonlySet<UnderlyingName> = new Set(['NIFTY', 'SENSEX']);

/** The specs of the named exchanges by the configured rules. Example: `specsFrom(exchangesRules(), ['NSE', 'BSE'])`. */
export function specsFrom(rules: ExchangesRules, exchanges: readonly Exchange[]): readonly ExchangeSpec[] {
  return exchanges.map((exchange) => ({
    exchange,
    underlying: UNDERLYING_OF[exchange],
    termsOn: (date) => termsOf(rules[exchange], UNDERLYING_OF[exchange], date),
  }));
}

function termsOf(rules: ExchangeRules, underlying: UnderlyingName, date: string): SessionTerms | null {
  if (!isTradingDay(date, rules)) return null;
  const session = sessionOf(date, rules)!;
  const expiry = nearestExpiry(date, rules);
  const monthlyExpiry = nearestExpiry(date, withCadence(rules, 'monthly'));
  const weekly = WITH_WEEKLY_EXPIRY.has(underlying);
  return {
    openMinute: session.openMinute,
    closeMinute: session.closeMinute,
    strikeStep: strikeStepOn(date, rules),
    strikesPerSide: ladderSidesOn(date, rules),
    lotSize: lotSizeFor(expiry, rules),
    expiry,
    monthlyExpiry,
    underlyingExpires: (weekly ? nearestExpiry(date, withCadence(rules, 'weekly')) : monthlyExpiry) === date,
  };
}

function withCadence(rules: ExchangeRules, cadence: 'weekly' | 'monthly'): ExchangeRules {
  return { ...rules, expiry_day: rules.expiry_day.map((entry) => ({ ...entry, cadence })) };
}

/** The terms of a session that must exist. Throws RejectedInput for a holiday and for hours that hold no minute. */
export function requireTerms(spec: ExchangeSpec, date: string): SessionTerms {
  const terms = spec.termsOn(date);
  if (terms === null) {
    throw new RejectedInput(`date: expected a trading day of ${spec.exchange}, was ${date}`, {
      field: 'date',
    });
  }
  if (!(terms.closeMinute > terms.openMinute)) {
    const was = `${terms.openMinute} to ${terms.closeMinute}`;
    throw new RejectedInput(`${spec.exchange} on ${date}: expected a close after the open, was ${was}`, {
      field: 'closeMinute',
    });
  }
  return terms;
}
