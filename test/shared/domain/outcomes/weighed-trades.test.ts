import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standInTradeId } from '../../../../shared/domain/audit/stand-in.ts';
import { dayTally } from '../../../../shared/domain/outcomes/day-tally.ts';
import { liveRecordOf, statisticsTotal } from '../../../../shared/domain/outcomes/statistics.ts';
import type { TradeMark } from '../../../../shared/domain/outcomes/trade-mark.ts';
import { weighedTrades } from '../../../../shared/domain/outcomes/weighed-trades.ts';
import { aTradeMark } from '../../../factories/outcome.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';

const DATE = '2025-12-04';
const ids = ['07:00', '07:01', '07:02'].map(
  (time) => aRecommendation({ timestamp: `${DATE}T${time}:00Z` }).id,
);
const [ID] = ids as [string, ...string[]];
const VERSION = aTradeMark().model_version as string;

const trackers = (trade_id: string, overrides: Partial<TradeMark> = {}) =>
  aTradeMark({ trade_id, recommendation_id: ID, ...overrides });
const brokers = (overrides: Partial<TradeMark> = {}) =>
  aTradeMark({ trade_id: standInTradeId(ID), recommendation_id: ID, marked_pnl: -400, ...overrides });
const weights = (...marks: TradeMark[]) =>
  weighedTrades(marks).map(([, { counts, repeats }]) => [counts, repeats]);
const recordOf = (...marks: TradeMark[]) => liveRecordOf([dayTally('NSE', DATE, [], marks)], VERSION);

const [SPEAKS, REPEATS, SILENT] = [
  [true, false],
  [true, true],
  [false, false],
];

describe('trades on one recommendation', () => {
  it('weigh once when the tracker and the broker report: the tracker’s', () => {
    expect(weights(brokers(), trackers('T-1'))).toEqual([SILENT, SPEAKS]);
    expect(recordOf(brokers(), trackers('T-1'))).toEqual(recordOf(trackers('T-1')));
    expect(recordOf(trackers('T-1'))).toMatchObject({ trades: 1, win_rate: 1 });
    const total = statisticsTotal([dayTally('NSE', DATE, [], [brokers(), trackers('T-1')])]);
    expect(total).toMatchObject({ trades: 1, pnl_rupees: 1500, drawdown_rupees: 0 });
  });

  it('let the broker’s stand in where the tracker has none that can count', () => {
    expect(weights(brokers())).toEqual([SPEAKS]);
    const inverted = trackers('T-1', { exposure_inverted: true, counts: false });
    expect(weights(brokers(), inverted)).toEqual([SPEAKS, SILENT]);
    expect(recordOf(brokers(), inverted)).toMatchObject({ trades: 1, win_rate: 0 });
  });

  it('wait for a trade of the tracker’s that is still open', () => {
    const open = trackers('T-1', { status: 'open', closed_at: null, counts: false });
    expect(weights(brokers(), open)).toEqual([SILENT, SILENT]);
    expect(recordOf(brokers(), open)).toMatchObject({ trades: 0, win_rate: null });
  });

  it('are money each, and evidence once, when the tracker enters twice', () => {
    const [first, second] = [
      trackers('T-2'),
      trackers('T-1', { entered_at: `${DATE}T07:06:00.000Z`, marked_pnl: -500 }),
    ];
    expect(weights(second, first)).toEqual([REPEATS, SPEAKS]);
    expect(recordOf(second, first)).toMatchObject({ trades: 1, win_rate: 1 });
    expect(statisticsTotal([dayTally('NSE', DATE, [], [second, first])])).toMatchObject({
      ...{ trades: 2, pnl_rupees: 1000 },
    });
  });

  it('are one, whoever reports how many, in whatever order', () => {
    const anyMark = fc.record({
      of: fc.constantFrom(...ids),
      by: fc.constantFrom('broker', 'T-1', 'T-2', 'T-3'),
      minute: fc.integer({ min: 10, max: 50 }),
      status: fc.constantFrom('open' as const, 'closed' as const, 'lapsed' as const),
      counts: fc.boolean(),
    });
    const anyMarks = fc.uniqueArray(anyMark, { selector: ({ of, by }) => `${of} ${by}`, maxLength: 12 });
    fc.assert(
      fc.property(anyMarks, (drawn) => {
        const marks = drawn.map(({ of, by, minute, status, counts }) =>
          aTradeMark({
            ...{ recommendation_id: of, status, counts: counts && status !== 'open' },
            trade_id: by === 'broker' ? standInTradeId(of) : `${by} ${of}`,
            entered_at: `${DATE}T07:${minute}:00.000Z`,
          }),
        );
        const weighed = weighedTrades(marks);
        const back = new Map(
          weighedTrades(marks.toReversed()).map(([{ trade_id }, weight]) => [trade_id, weight]),
        );
        for (const [mark, weight] of weighed) expect(back.get(mark.trade_id)).toEqual(weight);
        for (const id of ids) {
          const own = weighed.filter(([{ recommendation_id }]) => recommendation_id === id);
          const counted = own.filter(([, { counts }]) => counts);
          expect(counted.every(([{ counts }]) => counts)).toBe(true);
          expect(counted.filter(([, { repeats }]) => !repeats)).toHaveLength(counted.length === 0 ? 0 : 1);
          const reported = own.some(([{ counts }]) => counts);
          const isOpen = own.some(([{ status }]) => status === 'open');
          if (reported && !isOpen) expect(counted.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('of nobody’s recommendation are left as they are', () => {
    const manual = [1, 2].map((at) => trackers(`M-${at}`, { recommendation_id: null, counts: false }));
    expect(weights(...manual)).toEqual([SILENT, SILENT]);
  });
});

it('reads a tally that was made before anybody looked', async () => {
  const { tallyTradeSchema } = await import('../../../../shared/domain/outcomes/day-tally.ts');
  const [trade] = dayTally('NSE', DATE, [], [trackers('T-1')]).trades;
  const { repeats: _later, ...before } = trade!;
  expect(tallyTradeSchema.parse(before)).toEqual(trade);
});
