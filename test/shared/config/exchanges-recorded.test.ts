import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { isTradingDay, sessionOf, tradingDays } from '../../../shared/domain/market/calendar.ts';
import { lotSizeFor, nearestExpiry, tickRupeesOn } from '../../../shared/domain/market/contract.ts';
import type { ExchangeRules } from '../../../shared/domain/market/exchange-rules.ts';
import { addDays, minutesOfClock } from '../../../shared/domain/market/indian-time.ts';

/** Recorded market data lies beside the project on a developer's machine only; elsewhere these suites do not run. */
const folder = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const recorded = existsSync(folder);
const { NSE, BSE, NSE_MONTHLY, BANKNIFTY_MONTHLY } = exchangesRules();

/** The rows of a compressed file, its header left out; no field of these files holds a comma. */
function rows(path: string): string[][] {
  const text = gunzipSync(readFileSync(`${folder}/${path}`)).toString();
  const lines = text.split('\n').slice(1);
  return lines.filter((line) => line !== '').map((line) => line.trimEnd().split(','));
}

/** The chains that carry contracts of a symbol. */
const CHAINS: Readonly<Record<string, readonly ExchangeRules[]>> = {
  NIFTY: [NSE, NSE_MONTHLY],
  BANKNIFTY: [BANKNIFTY_MONTHLY],
  SENSEX: [BSE],
};

/** A contract that a file quotes on a day. */
interface Contract {
  readonly symbol: string;
  readonly day: string;
  readonly expiry: string;
  readonly lot: number;
}

/** Whether a contract of the chain expires on a date: on its last day it is still the one followed. */
function expires(date: string, rules: ExchangeRules): boolean {
  return nearestExpiry(date, rules) === date;
}

describe.runIf(recorded).each([
  ['index/nifty_3min_2025-07_to_2026-08.csv.gz', NSE],
  ['index/banknifty_3min_2025-07_to_2026-08.csv.gz', NSE],
  ['index/sensex_3min_2025-07_to_2026-08.csv.gz', BSE],
])('%s', (path, rules) => {
  const times = new Map<string, string[]>();
  beforeAll(() => {
    for (const [stamp] of rows(path)) {
      const [day, time] = stamp!.split(' ') as [string, string];
      times.set(day, [...(times.get(day) ?? []), time]);
    }
  });

  it('printed on every trading day of the calendar and on no other', () => {
    const days = [...times.keys()].sort();
    expect(days.length).toBeGreaterThanOrEqual(250);
    expect(tradingDays(days[0]!, days.at(-1)!, rules)).toEqual(days);
  });

  it('printed its last bar within the session, and from the open on where the day is a regular one', () => {
    for (const [day, stamps] of times) {
      const { openMinute, closeMinute } = sessionOf(day, rules)!;
      expect(minutesOfClock(stamps.at(-1)!), day).toBeLessThanOrEqual(closeMinute);
      if (!rules.market.specialSessions.has(day)) expect(minutesOfClock(stamps[0]!), day).toBe(openMinute);
    }
  });
});

describe
  .runIf(recorded)
  .each([
    'chains/nse_2025-08-29.csv.gz',
    'chains/five_indices_2026-07-14_to_17.csv.gz',
    'chains/nifty_2026-08-18.csv.gz',
  ])('%s', (path) => {
  const listed: Contract[] = [];
  const prices = new Set<string>();
  beforeAll(() => {
    const seen = new Set<string>();
    for (const row of rows(path)) {
      const [stamp, , symbol, expiry, , , ltp] = row as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      if (!(symbol in CHAINS)) continue;
      if (ltp !== '') prices.add(ltp);
      const day = stamp.slice(0, 10);
      const key = `${day} ${symbol} ${expiry}`;
      if (!seen.has(key)) listed.push({ symbol, day, expiry, lot: Number(row.at(-1)) });
      seen.add(key);
    }
  });

  it('trades contracts that expire when the calendar says, in its lots', () => {
    expect(listed.length).toBeGreaterThan(3);
    for (const { symbol, day, expiry, lot } of listed) {
      const chains = CHAINS[symbol]!;
      expect(
        chains.some((rules) => expires(expiry, rules)),
        `${symbol} ${expiry}`,
      ).toBe(true);
      for (const rules of chains) expect(lotSizeFor(expiry, rules), expiry).toBe(lot);
      expect(isTradingDay(day, chains[0]!)).toBe(true);
    }
  });

  it('lists the nearest expiry of each chain as its first, or the next on the last day of one', () => {
    for (const { symbol, day } of listed) {
      const [first] = listed
        .filter((contract) => contract.symbol === symbol && contract.day === day)
        .map((contract) => contract.expiry)
        .sort();
      const rules = CHAINS[symbol]![0]!;
      const nearest = nearestExpiry(day, rules);
      const allowed = nearest === day ? [day, nearestExpiry(addDays(day, 1), rules)] : [nearest];
      expect(allowed, `${symbol} on ${day}`).toContain(first);
    }
  });

  it('prices options in whole ticks', () => {
    const tick = tickRupeesOn(listed[0]!.day, NSE);
    const off = [...prices].filter(
      (price) => Math.abs(Number(price) / tick - Math.round(Number(price) / tick)) > 1e-6,
    );
    expect(off).toEqual([]);
  });
});
