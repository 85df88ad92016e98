import { type Session, sessionOf } from '../calendar.ts';
import { ladderSidesOn, lotSizeFor, nearestExpiry, strikeStepOn } from '../contract.ts';
import type { ExchangeRules } from '../exchange-rules.ts';

/** What the exchange's rules say of one day of a chain. */
export interface QualityTerms {
  readonly date: string;
  /** Null when the exchange does not trade that day. */
  readonly session: Session | null;
  /** Index points between neighbouring strikes. */
  readonly strikeStep: number;
  /** Strikes followed on each side of the at-the-money one. */
  readonly ladderSides: number;
  /** Units in one lot of the contract in force. */
  readonly lotUnits: number;
  /** The contract to follow on that day. */
  readonly expiry: string;
}

const TERMS = new WeakMap<ExchangeRules, QualityTerms>();

/**
 * The terms of a chain on an Indian calendar date. Throws NotFound for a date the rules do not cover. The last date's are
 * remembered: a session asks for them with every snapshot.
 * Example: `qualityTerms('2026-02-04', exchangesRules().NSE).expiry` is `2026-02-10`.
 */
export function qualityTerms(date: string, rules: ExchangeRules): QualityTerms {
  const known = TERMS.get(rules);
  if (known?.date === date) return known;
  const terms = termsOn(date, rules);
  TERMS.set(rules, terms);
  return terms;
}

function termsOn(date: string, rules: ExchangeRules): QualityTerms {
  const expiry = nearestExpiry(date, rules);
  return {
    date,
    session: sessionOf(date, rules),
    strikeStep: strikeStepOn(date, rules),
    ladderSides: ladderSidesOn(date, rules),
    lotUnits: lotSizeFor(expiry, rules),
    expiry,
  };
}
