import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelLeg } from '../../../../shared/domain/labels/contract-series.ts';
import { type LabelInput, labelDay } from '../../../../shared/domain/labels/label-day.ts';
import { HORIZONS, type LabelRow } from '../../../../shared/domain/labels/label-row.ts';
import { epochMs, istMs, MINUTE_MS } from '../../../../shared/domain/market/indian-time.ts';
import { tradingCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { CLOSE_MINUTE, LABEL_DATE, nseRules } from '../../../factories/label-day.ts';
import { aSession } from '../../../factories/session.ts';

/** The definitions once more, as plainly as they can be said: every look-up is a search over the day's rows. */
const rules = nseRules();
const EXPIRY = '2025-12-09';
const UNITS = 75;
const TICK = 0.05;
type Type = 'CE' | 'PE';

const minuteOf = (row: LabelInput) => Math.floor(row.timestampMs / MINUTE_MS);
const close = istMs(LABEL_DATE, CLOSE_MINUTE) / MINUTE_MS;
const legOf = (row: LabelInput | undefined, strike: number, type: Type): LabelLeg | undefined =>
  row?.legs.find((leg) => leg.strike === strike && leg.option_type === type);

function later(rows: readonly LabelInput[], row: LabelInput, horizon: number): LabelInput | undefined {
  const wanted = minuteOf(row) + horizon;
  return wanted <= close ? rows.find((one) => minuteOf(one) === wanted) : undefined;
}

function oiChange(rows: readonly LabelInput[], row: LabelInput, horizon: number, type: Type): number | null {
  const due = minuteOf(row) + horizon;
  if (due > close) return null;
  const recent = rows
    .filter((one) => minuteOf(one) > Math.max(minuteOf(row), due - 3) && minuteOf(one) <= due)
    .reverse();
  const changes = (side: Type) =>
    [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((step) => {
      const strike = row.atmStrike + 50 * step;
      const before = legOf(row, strike, side)?.oi ?? null;
      const values = recent.map((one) => legOf(one, strike, side)?.oi ?? null);
      const after = values.find((value) => value !== null);
      return before === null || after === undefined ? [] : [after! - before];
    });
  const published = [...changes('CE'), ...changes('PE')].some((change) => change !== 0);
  const own = changes(type);
  return published && own.length >= 5.5 ? own.reduce((sum, change) => sum + change, 0) : null;
}

/** The last price of a contract at a row, if it has moved or traded in the three minutes before. */
function freshPrice(rows: readonly LabelInput[], row: LabelInput, strike: number, type: Type): number | null {
  const seen = rows
    .filter((one) => minuteOf(one) <= minuteOf(row))
    .map((one) => ({ minute: minuteOf(one), leg: legOf(one, strike, type) }))
    .filter(({ leg }) => leg !== undefined && leg.ltp !== null && leg.ltp > 0);
  const last = seen.at(-1);
  if (last?.minute !== minuteOf(row)) return null;
  const traded = seen.findLast(({ leg }, at) => {
    const volumes = seen.slice(0, at).flatMap((one) => one.leg!.volume ?? []);
    const before = volumes.at(-1);
    const rose = before !== undefined && leg!.volume !== null && leg!.volume > before;
    return at === 0 || leg!.ltp !== seen[at - 1]!.leg!.ltp || rose;
  })!;
  return last.minute - traded.minute <= 3 ? last.leg!.ltp : null;
}

function tradePrice(side: 'buy' | 'sell', leg: LabelLeg | undefined, fresh: number | null): number | null {
  const { best_bid: bid = null, best_ask: ask = null } = leg ?? {};
  const quoted = side === 'buy' ? ask : bid;
  const isCrossed = bid !== null && ask !== null && bid > ask;
  if (quoted !== null && quoted > 0 && !isCrossed) return quoted;
  if (fresh === null) return null;
  const slippage = Math.max(TICK, 0.0015 * fresh);
  return side === 'buy' ? fresh + slippage : Math.max(0, fresh - slippage);
}

function pnl(rows: readonly LabelInput[], row: LabelInput, horizon: number, type: Type): number | null {
  const then = later(rows, row, horizon);
  if (then === undefined) return null;
  const strike = row.atmStrike;
  const bought = tradePrice('buy', legOf(row, strike, type), freshPrice(rows, row, strike, type));
  const sold = tradePrice('sell', legOf(then, strike, type), freshPrice(rows, then, strike, type));
  if (bought === null || sold === null) return null;
  const order = { units: UNITS, date: LABEL_DATE, rules } as const;
  const costs =
    tradingCosts({ ...order, side: 'buy', premiumRupees: bought }).totalRupees +
    tradingCosts({ ...order, side: 'sell', premiumRupees: sold }).totalRupees;
  return (sold - bought) * UNITS - costs;
}

function ltpChange(rows: readonly LabelInput[], row: LabelInput, horizon: number, type: Type): number | null {
  const then = later(rows, row, horizon);
  if (then === undefined) return null;
  const [from, to] = [row, then].map((one) => freshPrice(rows, one, row.atmStrike, type)) as [number, number];
  return from === null || to === null ? null : to - from;
}

describe('labels per horizon', () => {
  it('are what they are defined to be, with faults of every kind', () => {
    const known = new Map<string, number>();
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.1, 0.4), (seed, faults) => {
        const rows = aSession({ seed, faults, minutes: 60 }).map(
          (snapshot): LabelInput => ({
            uid: snapshot.snapshot_id,
            timestampMs: epochMs(snapshot.timestamp),
            underlyingPrice: snapshot.underlying_price,
            expiry: EXPIRY,
            atmStrike: snapshot.atm_strike,
            legs: snapshot.legs,
          }),
        );
        for (const [at, label] of labelDay(rows, rules).entries()) {
          for (const horizon of HORIZONS) compare(label, rows, rows[at]!, horizon, known);
        }
      }),
      { numRuns: 12 },
    );
    for (const [name, count] of known) expect(count, name).toBeGreaterThan(20);
    expect(known.size).toBe(7 * HORIZONS.length);
  });
});

function compare(
  label: LabelRow,
  rows: readonly LabelInput[],
  row: LabelInput,
  horizon: (typeof HORIZONS)[number],
  known: Map<string, number>,
): void {
  const then = later(rows, row, horizon);
  const expected = {
    [`return_${horizon}`]: then === undefined ? null : then.underlyingPrice / row.underlyingPrice - 1,
    [`oi_change_ce_${horizon}`]: oiChange(rows, row, horizon, 'CE'),
    [`oi_change_pe_${horizon}`]: oiChange(rows, row, horizon, 'PE'),
    [`ltp_change_atm_ce_${horizon}`]: ltpChange(rows, row, horizon, 'CE'),
    [`ltp_change_atm_pe_${horizon}`]: ltpChange(rows, row, horizon, 'PE'),
    [`call_pnl_${horizon}`]: pnl(rows, row, horizon, 'CE'),
    [`put_pnl_${horizon}`]: pnl(rows, row, horizon, 'PE'),
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = label[name as keyof LabelRow] as number | null;
    if (value === null || found === null) expect(found, `${name} of ${label.timestamp}`).toBe(value);
    else expect(found, `${name} of ${label.timestamp}`).toBeCloseTo(value, 6);
    if (value !== null) known.set(name, (known.get(name) ?? 0) + 1);
  }
}
