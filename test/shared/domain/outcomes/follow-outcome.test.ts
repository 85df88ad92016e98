import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HORIZONS } from '../../../../shared/domain/labels/label-row.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import {
  FOLLOWED_HORIZONS,
  type FollowInput,
  firstDueMs,
  followedAgain,
  followOutcome,
  nextDueMs,
  saysTheSame,
} from '../../../../shared/domain/outcomes/follow-outcome.ts';
import { OUTCOME_HORIZONS } from '../../../../shared/domain/outcomes/horizon.ts';
import { type FollowedOutcome, followedOutcomeSchema } from '../../../../shared/domain/outcomes/outcome.ts';
import { aTradeMark } from '../../../factories/outcome.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';

const DATE = '2025-12-04';
const AT = istMs(DATE, 12 * 60 + 35);
const CLOSE = istMs(DATE, 15 * 60 + 30);
const AFTER = CLOSE + 60 * MINUTE_MS;
const one = { ...aRecommendation(), horizonMinutes: 15 };

/** Rises by one point a minute from 100 at the recommendation, until the close. */
const rising = new Map(
  Array.from(
    { length: (CLOSE - AT) / MINUTE_MS + 1 },
    (_, minute) => [AT + minute * MINUTE_MS, 100 + minute] as const,
  ),
);

function follow(nowMs: number, change: Partial<FollowInput> = {}): FollowedOutcome {
  const market = { prices: rising, sessionCloseMs: CLOSE, nowMs, flatBand: 0.0003 };
  return followOutcome({ followed: one, mark: null, before: null, ...market, ...change });
}
const statuses = (outcome: FollowedOutcome) =>
  outcome.horizons.map(({ horizon, status }) => `${horizon} ${status}`);

describe('following a recommendation', () => {
  it('goes to the horizons of the labels and to the close', () => {
    expect([...OUTCOME_HORIZONS]).toEqual([...HORIZONS]);
    expect(FOLLOWED_HORIZONS).toEqual([3, 5, 15, 30, 'close']);
  });

  it('knows each horizon once it has passed, never before', () => {
    expect(statuses(follow(AT + 4 * MINUTE_MS - 1))).toEqual(
      [3, 5, 15, 30, 'close'].map((horizon) => `${horizon} pending`),
    );
    expect(statuses(follow(AT + 16 * MINUTE_MS))).toEqual([
      '3 resolved',
      '5 resolved',
      '15 resolved',
      '30 pending',
      'close pending',
    ]);
    expect(statuses(follow(CLOSE + 3 * MINUTE_MS - 1)).at(-1)).toBe('close pending');
    const whole = follow(CLOSE + 3 * MINUTE_MS);
    expect(whole.horizons.map(({ realised_return }) => realised_return)).toEqual(
      [3, 5, 15, 30, 175].map((minutes) => (100 + minutes) / 100 - 1),
    );
    expect(followedOutcomeSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  });

  it("takes the session's last usable price for the close, and none that is not later than the entry", () => {
    const ends = new Map([...rising].filter(([minute]) => minute <= AT + 90 * MINUTE_MS));
    expect(follow(AFTER, { prices: ends }).horizons.at(-1)?.realised_return).toBeCloseTo(0.9, 12);
    const alone = new Map([[AT, 100]]);
    expect(follow(AFTER, { prices: alone }).horizons.at(-1)).toMatchObject({
      status: 'unresolvable',
      reason: 'no_exit_price',
    });
  });

  it('looks at no price after the close', () => {
    const timestamp = utcIso(CLOSE - 15 * MINUTE_MS);
    const prices = new Map([
      [CLOSE - 15 * MINUTE_MS, 100],
      [CLOSE - 10 * MINUTE_MS, 101],
      [CLOSE + MINUTE_MS, 150],
    ]);
    const outcome = follow(AFTER, { followed: { ...one, timestamp }, prices });
    expect(outcome).toMatchObject({ status: 'unresolvable', reason: 'no_exit_price' });
    expect(outcome.horizons.at(-1)?.realised_return).toBeCloseTo(0.01, 12);
  });

  it('says that a horizon crosses the end of the session, while the others are known', () => {
    const late = { ...one, timestamp: utcIso(CLOSE - 10 * MINUTE_MS) };
    const outcome = follow(AFTER, { followed: late });
    expect(outcome).toMatchObject({ status: 'unresolvable', reason: 'horizon_crosses_session_end' });
    expect(statuses(outcome)).toEqual([
      '3 resolved',
      '5 resolved',
      '15 unresolvable',
      '30 unresolvable',
      'close resolved',
    ]);
  });

  it('is due when its decisive horizon is over, then at the next horizon that is open, then never', () => {
    expect(firstDueMs(one)).toBe(AT + 16 * MINUTE_MS);
    const first = follow(firstDueMs(one));
    const second = nextDueMs(first, CLOSE, firstDueMs(one));
    expect(second).toBe(AT + 31 * MINUTE_MS);
    const further = follow(second!, { before: first, followed: followedAgain(first) });
    expect(nextDueMs(further, CLOSE, second!)).toBe(CLOSE + 3 * MINUTE_MS);
    expect(nextDueMs(follow(AFTER), CLOSE, AFTER)).toBeNull();
  });

  it('comes out the same however often it is followed, and a horizon that becomes known corrects nothing', () => {
    const first = follow(AT + 16 * MINUTE_MS);
    const again = follow(AT + 17 * MINUTE_MS, { before: first });
    expect(saysTheSame(first, again)).toBe(true);
    const later = follow(AFTER, { before: first });
    expect(saysTheSame(first, later)).toBe(false);
    expect(later).toMatchObject({ revision: 1, corrections: 0, earlier: [] });
  });

  it('keeps what it said before late data put it right, and counts it once', () => {
    const first = follow(AFTER);
    const fallen = new Map(rising).set(AT + 15 * MINUTE_MS, 90);
    const corrected = follow(AFTER + MINUTE_MS, { before: first, prices: fallen });
    expect(corrected).toMatchObject({ realised_direction: -1, correct: false, revision: 1, corrections: 1 });
    expect(corrected.earlier).toEqual([
      expect.objectContaining({ realised_direction: 1, correct: true, horizons: [first.horizons[2]] }),
    ]);
    const again = follow(AFTER + 2 * MINUTE_MS, { before: corrected, prices: fallen });
    expect(saysTheSame(corrected, again)).toBe(true);
    expect(again.corrections).toBe(1);
  });

  it('counts a trade that was final and came out differently, not one that was open', () => {
    const mark = aTradeMark({ recommendation_id: one.id });
    const open = follow(AFTER, { mark: { ...mark, status: 'open', marked_pnl: 100 } });
    const closed = follow(AFTER, { mark, before: open });
    expect(closed).toMatchObject({ trade_pnl: 1500, trade_status: 'closed', corrections: 0 });
    const corrected = follow(AFTER, { mark: { ...mark, marked_pnl: -75 }, before: closed });
    expect(corrected).toMatchObject({ trade_pnl: -75, corrections: 1 });
    expect(corrected.earlier[0]).toMatchObject({ trade_pnl: 1500, horizons: [] });
  });

  it('counts none for a trade that was final without a price, and has one now', () => {
    const mark = aTradeMark({ recommendation_id: one.id });
    const priceless = follow(AFTER, { mark: { ...mark, marked_pnl: null } });
    const priced = follow(AFTER, { mark, before: priceless });
    expect(priced).toMatchObject({ trade_pnl: 1500, revision: 1, corrections: 0, earlier: [] });
  });

  it('rests on no price after a horizon', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(3, 5, 15, 30),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (horizon, price) => {
          const later = new Map(
            [...rising].map(([minute, known]) => [minute, minute > AT + horizon * MINUTE_MS ? price : known]),
          );
          const at = (outcome: FollowedOutcome) =>
            outcome.horizons.find((result) => result.horizon === horizon);
          expect(at(follow(AFTER, { prices: later }))).toEqual(at(follow(AFTER)));
        },
      ),
    ));
});
