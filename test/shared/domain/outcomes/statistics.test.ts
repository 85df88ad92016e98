import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { istMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { dayTally, dayTallySchema, tenthOf } from '../../../../shared/domain/outcomes/day-tally.ts';
import type { FollowedOutcome } from '../../../../shared/domain/outcomes/outcome.ts';
import {
  liveRecordOf,
  type STATISTICS_BY,
  statisticsBy,
  statisticsSchema,
  statisticsTotal,
} from '../../../../shared/domain/outcomes/statistics.ts';
import type { TradeMark } from '../../../../shared/domain/outcomes/trade-mark.ts';
import { wilsonInterval } from '../../../../shared/stats/wilson-interval.ts';
import { aFollowedOutcome, aTradeMark } from '../../../factories/outcome.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';

const DATE = '2025-12-04';
const VERSION = '2025-12-03-aaaaaaaa';
const at = (minute: number) => utcIso(istMs(DATE, 600 + minute));

function outcome(
  minute: number,
  correct: boolean | null,
  overrides: Partial<FollowedOutcome> = {},
): FollowedOutcome {
  const action = correct === null ? 'HOLD' : 'BUY';
  const recommendation = aRecommendation({ timestamp: at(minute), action, confidence: 0.6 });
  const result = {
    status: 'resolved',
    reason: null,
    realised_return: 0.01,
    realised_direction: 1,
    correct,
  } as const;
  const horizons = ([3, 5, 15, 30, 'close'] as const).map((horizon) => ({ ...result, horizon }));
  return aFollowedOutcome(recommendation, { ...result, horizons, ...overrides });
}
/** Each on a recommendation of its own. */
const trade = (id: number, pnl: number | null, overrides: Partial<TradeMark> = {}) =>
  aTradeMark({
    ...{ trade_id: `T-${id}`, recommendation_id: aRecommendation({ timestamp: at(id) }).id },
    ...{ closed_at: at(id), marked_pnl: pnl, counts: pnl !== null, ...overrides },
  });
const tally = (outcomes: FollowedOutcome[], marks: TradeMark[] = []) =>
  dayTally('NSE', DATE, outcomes, marks);

describe('statistics by hand', () => {
  const outcomes = [
    outcome(0, true),
    outcome(1, true),
    outcome(2, false, { corrections: 1 }),
    outcome(40, false),
    outcome(41, null),
    outcome(50, true, { status: 'unresolvable', reason: 'no_exit_price', correct: null }),
  ];
  const marks = [
    trade(1, -100),
    trade(2, 300),
    trade(3, -50),
    trade(4, 5000, { exposure_inverted: true, counts: false }),
    trade(5, null, { reason: 'no_exit_price' }),
    trade(6, 900, { recommendation_id: null, action: null, model_version: null, counts: false }),
    trade(7, 10, { status: 'open', counts: false }),
  ];
  const day = tally(outcomes, marks);

  it('count what was judged, and how far apart', () => {
    const total = statisticsTotal([day]);
    expect(total).toMatchObject({
      answers: 6,
      resolved: 5,
      unresolvable: 1,
      judged: 4,
      correct: 2,
      accuracy: 0.5,
    });
    expect(total).toMatchObject({ independent: 2, corrections: 1 });
    expect(total.mean_confidence).toBeCloseTo(0.6, 12);
    expect([total.accuracy_low, total.accuracy_high]).toEqual(Object.values(wilsonInterval(0.5, 2)!));
    expect(statisticsSchema.parse(JSON.parse(JSON.stringify(total)))).toEqual(total);
  });

  it('count only trades that were re-marked, are over and followed the answer', () => {
    expect(statisticsTotal([day])).toMatchObject({
      ...{ trades: 3, wins: 1, win_rate: 1 / 3, payoff: 4, pnl_rupees: 150, drawdown_rupees: 100 },
      ...{ inverted_trades: 1, unmarked_trades: 1, manual_trades: 1, open_trades: 1 },
    });
  });

  it('count a trade that brought nothing as neither won nor lost', () => {
    expect(statisticsTotal([tally([], [trade(1, 0), trade(2, 60), trade(3, -20)])])).toMatchObject({
      ...{ trades: 3, wins: 1, win_rate: 1 / 3, payoff: 3 },
    });
  });

  it('take trades in the order of their ends, whatever zones those are told in', () => {
    const ends = [
      trade(1, 100, { closed_at: `${DATE}T10:01:00+05:30` }),
      trade(2, -70, { closed_at: at(2) }),
      trade(3, 40, { closed_at: `${DATE}T10:03:00+05:30` }),
      trade(4, -70, { closed_at: at(4) }),
    ];
    expect(statisticsTotal([tally([], ends)]).drawdown_rupees).toBe(100);
  });

  it('count a correction once, at its own horizon', () => {
    const corrections = Object.fromEntries(
      statisticsBy([day], 'horizon').map((one) => [one.key, one.corrections]),
    );
    expect(corrections).toEqual({ 3: 0, 5: 0, 15: 1, 30: 0, close: 0 });
  });

  it('group by exchange, regime, confidence, model and horizon', () => {
    const keys = (by: (typeof STATISTICS_BY)[number]) => statisticsBy([day], by).map(({ key }) => key);
    expect(keys('exchange')).toEqual(['NSE']);
    expect(keys('regime')).toEqual(['1']);
    expect(keys('confidence')).toEqual(['0.6', 'HOLD']);
    expect(keys('model')).toEqual([VERSION, 'none']);
    expect(keys('horizon')).toEqual(['3', '5', '15', '30', 'close']);
    const [, , decisive] = statisticsBy([day], 'horizon');
    expect(decisive).toMatchObject({ judged: 4, correct: 2, trades: 0 });
  });

  it('give the live record of a version, and none of another', () => {
    expect(liveRecordOf([day], VERSION)).toEqual({
      model_version: VERSION,
      trades: 3,
      win_rate: 1 / 3,
      payoff: 4,
    });
    expect(liveRecordOf([day], 'other')).toEqual({
      model_version: 'other',
      trades: 0,
      win_rate: null,
      payoff: null,
    });
  });

  it('of nothing are nothing', () => {
    expect(statisticsBy([], 'regime')).toEqual([]);
    expect(statisticsTotal([tally([])])).toMatchObject({
      answers: 0,
      accuracy: null,
      win_rate: null,
      payoff: null,
    });
  });
});

describe('a tally', () => {
  const anyOutcome = fc
    .record({
      minute: fc.integer({ min: 0, max: 300 }),
      correct: fc.constantFrom(true, false, null),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      regime: fc.constantFrom(null, 0, 1, 2),
      model_version: fc.constantFrom(VERSION, 'other', null),
    })
    .map(({ minute, correct, ...rest }) => outcome(minute, correct, rest));
  const anyMark = fc
    .record({
      id: fc.integer({ min: 0, max: 300 }),
      pnl: fc.option(fc.integer({ min: -1000, max: 1000 })),
      inverted: fc.boolean(),
    })
    .map(({ id, pnl, inverted }) =>
      trade(id, pnl, { exposure_inverted: inverted, counts: pnl !== null && !inverted }),
    );
  const days = fc.record({
    outcomes: fc.uniqueArray(anyOutcome, { selector: (one) => one.recommended_at, maxLength: 30 }),
    marks: fc.uniqueArray(anyMark, { selector: (one) => one.trade_id, maxLength: 20 }),
  });

  it('is the same whatever the order, and survives its own schema', () =>
    fc.assert(
      fc.property(days, ({ outcomes, marks }) => {
        const one = tally(outcomes, marks);
        expect(tally(outcomes.toReversed(), marks.toReversed())).toMatchObject({ trades: one.trades });
        expect(dayTallySchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
      }),
    ));

  it('loses nothing: every grouping adds up to the whole, and agrees with counting the outcomes themselves', () =>
    fc.assert(
      fc.property(days, ({ outcomes, marks }) => {
        const day = tally(outcomes, marks);
        const total = statisticsTotal([day]);
        const judged = outcomes.filter(({ correct }) => correct !== null);
        expect(total).toMatchObject({ answers: outcomes.length, judged: judged.length });
        expect(total.correct).toBe(judged.filter(({ correct }) => correct).length);
        const counted = marks.filter(({ counts }) => counts);
        expect(total.trades).toBe(counted.length);
        expect(total.pnl_rupees).toBe(counted.reduce((sum, { marked_pnl }) => sum + (marked_pnl ?? 0), 0));
        for (const by of ['exchange', 'regime', 'confidence', 'model'] as const) {
          const groups = statisticsBy([day], by);
          for (const of of ['answers', 'judged', 'correct', 'trades', 'inverted_trades'] as const) {
            expect(groups.reduce((sum, group) => sum + group[of], 0)).toBe(total[of]);
          }
        }
      }),
    ));

  it('counts no inverted or unmarked trade in the live record, whatever it brought', () =>
    fc.assert(
      fc.property(days, fc.integer({ min: -100_000, max: 100_000 }), ({ outcomes, marks }, pnl) => {
        const strangers = [
          trade(901, pnl, { exposure_inverted: true, counts: false }),
          trade(902, null, { claimed_pnl: pnl }),
          trade(903, pnl, { recommendation_id: null, action: null, model_version: null, counts: false }),
        ];
        const [without, withThem] = [tally(outcomes, marks), tally(outcomes, [...marks, ...strangers])];
        expect(liveRecordOf([withThem], VERSION)).toEqual(liveRecordOf([without], VERSION));
        const { drawdown_rupees, pnl_rupees, win_rate } = statisticsTotal([without]);
        expect(statisticsTotal([withThem])).toMatchObject({ drawdown_rupees, pnl_rupees, win_rate });
      }),
    ));
});

describe('how far apart answers are', () => {
  it('counts stretches of the horizon, not answers: a look every second minute is no more evidence', () => {
    const dense = Array.from({ length: 30 }, (_, minute) => outcome(minute, true));
    expect(statisticsTotal([tally(dense)])).toMatchObject({ judged: 30, independent: 2 });
    const [three, , , , close] = statisticsBy([tally(dense)], 'horizon');
    expect([three?.independent, close?.independent]).toEqual([10, 1]);
  });
});

describe('the tenth of a confidence', () => {
  it.each([
    [0, 0],
    [0.599_999, 5],
    [0.6, 6],
    [0.7, 7],
    [1, 9],
  ])('%d is in %d', (confidence, tenth) => expect(tenthOf(confidence)).toBe(tenth));
});
