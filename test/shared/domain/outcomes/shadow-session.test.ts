import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broughtBps,
  type ResolvedShadow,
  shadowSession,
  shadowSessionSchema,
} from '../../../../shared/domain/outcomes/shadow-session.ts';
import { ACTIONS } from '../../../../shared/domain/scoring/recommendation.ts';
import { aResolvedShadow, aShadowAnswer, CHALLENGER, LIVE } from '../../../factories/shadow.ts';

const of = {
  exchange: 'NSE',
  target: 'tb15',
  date: '2025-12-04',
  version: CHALLENGER,
  live_version: LIVE,
  judged_at: '2025-12-04T10:30:00.000Z',
} as const;
const judge = (shadows: readonly ResolvedShadow[], asked = shadows.length) =>
  shadowSession({ of, asked, shadows, costBps: 3 });

describe('what an action brought', () => {
  it.each([
    ['BUY', 0.001, 7],
    ['BUY', -0.001, -13],
    ['SELL', -0.001, 7],
    ['SELL', 0.001, -13],
    ['HOLD', 0.001, 0],
  ] as const)('%s on %s is %s bps after 3 of cost', (action, realised, bps) => {
    expect(broughtBps(action, realised, 3)).toBeCloseTo(bps, 12);
  });
});

describe('a session', () => {
  it('by hand: three moments, one of them agreed', () => {
    const session = judge([
      aResolvedShadow(aShadowAnswer('BUY', { action: 'BUY' }), 0.002, 1),
      aResolvedShadow(aShadowAnswer('BUY', { action: 'SELL' }), 0.001, 1),
      aResolvedShadow(aShadowAnswer('HOLD', { action: 'BUY' }), -0.0005, -1),
    ]);
    // 17 - 17, 7 - (-13), 0 - (-8)
    expect(session.mean_difference_bps).toBeCloseTo(28 / 3, 10);
    expect(session).toMatchObject({
      ...{ moments: 3, agreed: 1, asked: 3, answered: 3, faults: 0 },
      ...{ acted: 2, correct: 2, live_acted: 3, live_correct: 1 },
    });
    expect(shadowSessionSchema.parse(session)).toEqual(session);
  });

  it('counts a moment only when both could speak and what became of it is known', () => {
    const good = aResolvedShadow(aShadowAnswer('BUY', { action: 'HOLD' }), 0.001, 1);
    const unresolved = { ...good, outcome: null };
    const unresolvable: ResolvedShadow = {
      ...good,
      outcome: { ...good.outcome!, status: 'unresolvable', realised_return: null, realised_direction: null },
    };
    const held = aResolvedShadow(aShadowAnswer('BUY', { action: 'HOLD', hold_reason: 'breaker_open' }), 1, 1);
    const fault = { answer: aShadowAnswer(null, {}, { fault: 'threw' }), outcome: null };
    const session = judge([good, unresolved, unresolvable, held, fault], 8);
    expect(session).toMatchObject({ moments: 1, answered: 4, faults: 1, asked: 8 });
    expect(session.mean_difference_bps).toBeCloseTo(7, 10);
  });

  it('has nothing of another live version', () => {
    const other = aResolvedShadow(aShadowAnswer('BUY', { model_version: 'other' }), 1, 1);
    expect(judge([other], 0)).toMatchObject({ moments: 0, answered: 0, mean_difference_bps: null });
  });

  it('is worth nothing beyond the live model where both always say the same, and turns when they change places', () => {
    const action = fc.constantFrom(...ACTIONS);
    const moment = fc.record({
      one: action,
      other: action,
      realised: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1 }), (moments) => {
        const session = (mine: 'one' | 'other', theirs: 'one' | 'other') =>
          judge(
            moments.map((each) =>
              aResolvedShadow(aShadowAnswer(each[mine], { action: each[theirs] }), each.realised, 0),
            ),
          );
        expect(session('one', 'one')).toMatchObject({ mean_difference_bps: 0, agreed: moments.length });
        const [there, back] = [session('one', 'other'), session('other', 'one')];
        expect(there.mean_difference_bps! + back.mean_difference_bps!).toBeCloseTo(0, 9);
        expect([there.acted, there.correct]).toEqual([back.live_acted, back.live_correct]);
      }),
    );
  });
});
