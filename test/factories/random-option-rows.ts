import type { Row, RowLeg } from '../../bench/peers/option-rows.ts';
import { nearestExpiry } from '../../shared/domain/market/contract.ts';
import type { ExchangeRules } from '../../shared/domain/market/exchange-rules.ts';

export interface RandomRows {
  readonly date: string;
  readonly rules: ExchangeRules;
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Index points between strikes. */
  readonly step?: number;
  readonly strikesASide?: number;
  /** Share of minutes whose score asks for a position. */
  readonly signals?: number;
  /** Share of minutes without an observation of the chain, of legs missing, and of sides not quoted. */
  readonly holes?: number;
  /** Typical move of the premium in a minute, rupees. */
  readonly moveRupees?: number;
}

/** A session of random rows: premiums wander, chains have holes, strikes come and go, stale prices and crossed quotes. */
export function randomOptionRows(market: RandomRows): Row[] {
  const { date, rules, next, fromMinute, toMinute, step = 50, signals = 0.3, holes = 0.1 } = market;
  const expiry = nearestExpiry(date, rules);
  let atm = 25_000 + step * Math.floor(next() * 20);
  const premiums = new Map<string, number>();
  const rows: Row[] = [];
  let silentUntil = 0;
  for (let minute = fromMinute; minute <= toMinute; minute++) {
    if (next() < 0.05) atm += step * (next() < 0.5 ? -1 : 1);
    if (next() < holes / 20) silentUntil = minute + Math.floor(next() * 12);
    const isObserved = minute >= silentUntil && next() >= holes;
    const chain = isObserved ? { expiry, atm_strike: atm, legs: legsOf(market, atm, step, premiums) } : null;
    const isScored = next() >= holes / 2;
    const position = next() < signals ? (next() < 0.5 ? 1 : -1) : 0;
    const confidence = Math.round((0.5 + next() * 0.5) * 1000) / 1000;
    const score = isScored ? { position, confidence, winProbability: confidence } : null;
    rows.push({ date, minute, chain, score } as Row);
  }
  return rows;
}

function legsOf(
  { next, strikesASide = 5, holes = 0.1, moveRupees = 6 }: RandomRows,
  atm: number,
  step: number,
  premiums: Map<string, number>,
): RowLeg[] {
  const legs: RowLeg[] = [];
  for (let side = -strikesASide; side <= strikesASide; side++) {
    for (const option_type of ['CE', 'PE'] as const) {
      const strike = atm + side * step;
      const key = `${strike}${option_type}`;
      const before = premiums.get(key) ?? 60 + next() * 300;
      const premium = Math.max(0.05, inTicks(before + (next() - 0.5) * 4 * moveRupees));
      premiums.set(key, premium);
      if (next() < holes / 2) continue;
      const half = inTicks(0.05 + next() * 1.5);
      const crossed = next() < 0.02 ? -1 : 1;
      legs.push({
        strike,
        option_type,
        fresh: next() < holes ? null : premium,
        bid: next() < holes ? null : inTicks(Math.max(0, premium - crossed * half)),
        ask: next() < holes ? null : inTicks(Math.max(0, premium + crossed * half)),
      });
    }
  }
  return legs;
}

function inTicks(rupees: number): number {
  return Math.round(rupees * 20) / 20;
}
