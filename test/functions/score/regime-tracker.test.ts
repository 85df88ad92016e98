import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regimeTracker } from '../../../functions/score/regime-tracker.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { epochMs, MINUTE_MS, minuteStamp, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Scorer } from '../../../shared/ports/model-scorer.ts';
import type { OnlineWindow } from '../../../shared/ports/online-window.ts';
import { featureRows, openFiles, trackerMarket, trainedCandidate } from '../../factories/tracker-market.ts';

/** The feature rows of a window in memory: a minute has one row, its last. */
function memoryRows() {
  const rows = new Map<number, FeatureRow>();
  const window: Pick<OnlineWindow, 'featureRows'> = {
    async featureRows(_exchange, _date, _set, fromMs, toMs) {
      if (fromMs > toMs) throw new Error('ValidationException: expected a range, as DynamoDB does');
      const at = (row: FeatureRow) => epochMs(row.timestamp);
      return [...rows.values()]
        .filter((row) => fromMs <= at(row) && at(row) <= toMs)
        .sort((a, b) => at(a) - at(b));
    },
  };
  const put = (row: FeatureRow) => rows.set(minuteStamp(epochMs(row.timestamp)), row);
  return { window: window as OnlineWindow, put, rows };
}

const BLOCKING = ['spot_frozen'];
const session = featureRows(trackerMarket({ sessions: 1, rowsPerSession: 60, seed: 79 }));
const later = (row: FeatureRow, seconds: number): FeatureRow => ({
  ...row,
  timestamp: utcIso(epochMs(row.timestamp) + seconds * 1000),
});

let scorer: Scorer;
beforeAll(async () => {
  scorer = await openFiles((await trainedCandidate(trackerMarket())).files);
});
afterAll(() => scorer.close());

/** The filter over rows, one step each. */
const filtered = (rows: readonly FeatureRow[]) =>
  rows.reduce<Float64Array | null>((state, { values }) => scorer.advanceRegime(state, values), null);

/** What the tracker says after `count` rows, of which the filter steps over these. */
function stepped(rows: readonly FeatureRow[], count = rows.length) {
  const before = filtered(rows.slice(0, -1));
  return {
    state: filtered(rows),
    rows: count,
    before: { state: before && [...before], rows: count - 1 },
  };
}

describe('regimeTracker', () => {
  it('is the filter over all rows so far, with a warm and with a cold start', async () => {
    const { window, put } = memoryRows();
    const warm = regimeTracker(window, BLOCKING);
    for (const [at, row] of session.entries()) {
      put(row);
      const expected = stepped(session.slice(0, at + 1));
      expect(await warm(scorer, row)).toEqual(expected);
      if (at % 10 === 0) expect(await regimeTracker(window, BLOCKING)(scorer, row)).toEqual(expected);
    }
  });

  it('is the same for a row of any earlier minute, the one included up to which it remembers', async () => {
    const { window, put } = memoryRows();
    const regime = regimeTracker(window, BLOCKING);
    for (const row of session) put(row);
    for (const ahead of [0, 1, 4, 5, 6, 20]) {
      await regime(scorer, session.at(-1)!);
      const at = session.length - 1 - ahead;
      const expected = stepped(session.slice(0, at + 1));
      expect(await regime(scorer, session[at]!)).toEqual(expected);
    }
  });

  it('steps a minute once, on its last row', async () => {
    const { window, put } = memoryRows();
    const regime = regimeTracker(window, BLOCKING);
    const [first, second, third] = session as [FeatureRow, FeatureRow, FeatureRow];
    const replaced = later({ ...session[30]!, timestamp: second.timestamp }, 40);
    for (const row of [first, second, replaced, third]) {
      put(row);
      await regime(scorer, row);
    }
    expect(await regime(scorer, third)).toEqual(stepped([first, replaced, third]));
  });

  it('takes in a row that came late', async () => {
    const { window, put } = memoryRows();
    const regime = regimeTracker(window, BLOCKING);
    const [first, late, third, fourth] = session as [FeatureRow, FeatureRow, FeatureRow, FeatureRow];
    for (const row of [first, third]) {
      put(row);
      await regime(scorer, row);
    }
    put(late);
    put(fourth);
    expect(await regime(scorer, fourth)).toEqual(stepped(session.slice(0, 4)));
  });

  it('counts a row that quality blocks, but goes on without it, as training does', async () => {
    const { window, put } = memoryRows();
    const warm = regimeTracker(window, BLOCKING);
    const flagged = (row: FeatureRow, at: number) => {
      const quality_flags = at === 3 ? ['vix_missing', 'spot_frozen'] : ['vix_missing'];
      return { ...row, quality_flags };
    };
    const rows = session.slice(0, 20).map(flagged);
    for (const [at, row] of rows.entries()) {
      put(row);
      const believed = rows.slice(0, at + 1).filter((one, place) => place !== 3 || one === row);
      expect(await warm(scorer, row)).toEqual(stepped(believed, at + 1));
    }
    const cold = await regimeTracker(window, BLOCKING)(scorer, rows[19]!);
    expect(cold).toEqual(await warm(scorer, rows[19]!));
    expect(cold.state).not.toEqual(filtered(rows));
  });

  it('starts afresh in a new session', async () => {
    const { window, put } = memoryRows();
    const regime = regimeTracker(window, BLOCKING);
    for (const row of session.slice(0, 20)) put(row);
    await regime(scorer, session[19]!);
    const nextDay = later(session[0]!, 24 * 60 * 60);
    put(nextDay);
    expect(await regime(scorer, nextDay)).toEqual(stepped([nextDay]));
  });

  it('keeps bundles apart', async () => {
    const { window, put } = memoryRows();
    const regime = regimeTracker(window, BLOCKING);
    for (const row of session.slice(0, 12)) put(row);
    const expected = await regime(scorer, session[11]!);
    const other: Scorer = { ...scorer, bundle: { ...scorer.bundle, bundle_hash: '0'.repeat(64) } };
    expect(await regime(other, session[11]!)).toEqual(expected);
  });

  it('keeps exchanges apart', async () => {
    const [nse, bse] = [memoryRows(), memoryRows()];
    const regime = regimeTracker(
      {
        featureRows: (exchange, ...range) =>
          (exchange === 'BSE' ? bse : nse).window.featureRows(exchange, ...range),
      },
      BLOCKING,
    );
    const others = session.map((row, at) => ({
      ...{ ...row, exchange: 'BSE' as const },
      values: session[session.length - 1 - at]!.values,
    }));
    for (const row of session) nse.put(row);
    for (const row of others) bse.put(row);
    for (const at of [9, 10, 20, 21]) {
      expect(await regime(scorer, session[at]!)).toEqual(stepped(session.slice(0, at + 1)));
      expect(await regime(scorer, others[at]!)).toEqual(stepped(others.slice(0, at + 1)));
    }
  });

  it('filters over the rows that come with one, asks no window for them, and remembers nothing of it', async () => {
    const silent = { featureRows: () => Promise.reject(new Error('asked')) };
    const regime = regimeTracker(silent, BLOCKING);
    for (const at of [9, 3, 0, 20]) {
      const asked = regime(scorer, session[at]!, session.slice(0, at));
      expect(await asked).toEqual(stepped(session.slice(0, at + 1)));
    }
    await expect(regime(scorer, session[20]!)).rejects.toThrow('asked');
    const frozen = { ...session[1]!, quality_flags: ['spot_frozen'] };
    expect(await regime(scorer, session[2]!, [session[0]!, frozen])).toEqual(
      stepped([session[0]!, session[2]!], 3),
    );
  });

  it('asks the window for the last minutes only', async () => {
    const { window, put } = memoryRows();
    const asked: number[] = [];
    const regime = regimeTracker(
      {
        ...window,
        featureRows: (exchange, date, set, fromMs, toMs) => {
          asked.push((toMs - fromMs) / MINUTE_MS);
          return window.featureRows(exchange, date, set, fromMs, toMs);
        },
      },
      BLOCKING,
    );
    for (const row of session) {
      put(row);
      await regime(scorer, row);
    }
    expect(Math.max(...asked.slice(1))).toBeLessThanOrEqual(6);
  });

  it('equals the filter for any order of asking', async () => {
    const { window, put } = memoryRows();
    for (const row of session) put(row);
    const expected = session.map((_, at) => stepped(session.slice(0, at + 1)));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(session.length - 1), { maxLength: 20 }), async (order) => {
        const regime = regimeTracker(window, BLOCKING);
        for (const at of order) {
          expect(await regime(scorer, session[at]!)).toEqual(expected[at]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
