import { describe, expect, it } from 'vitest';
import { daySummary } from '../../../../shared/domain/features/day-summary.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { aPricedSession } from '../../../factories/priced-chain.ts';
import { someTerms } from '../../../factories/window.ts';

const terms = someTerms();
const zigzag = (minute: number) => (minute % 2 === 0 ? 26_000 : 26_000 * Math.exp(0.0005));

describe('the summary of a session', () => {
  it('has its open and close, its closing volatility and its own volatility without the night', () => {
    const session = aPricedSession(0, 375, (minute) => ({
      price: zigzag(minute),
      volatility: () => (minute >= 360 ? 0.14 : 0.11),
    }));
    const summary = daySummary(session, terms)!;
    expect(summary.date).toBe('2025-12-04');
    expect(summary.openUnderlying).toBe(26_000);
    expect(summary.closeUnderlying).toBe(zigzag(375));
    expect(summary.closeAtmIv).toBeCloseTo(0.14, 6);
    expect(summary.dailyVolatility).toBeCloseTo(0.0005 * Math.sqrt(375), 9);
    expect(summary.received_at).toBe(session.at(-1)!.received_at);
    expect(summary.recorded_at).toBe(session.at(-1)!.recorded_at);
  });

  it('was known when the last of its snapshots was, whichever that is', () => {
    const session = aPricedSession(300, 375);
    const late = {
      ...session[10]!,
      received_at: '2025-12-05T02:00:00.000Z',
      recorded_at: '2025-12-06T00:00:00.000Z',
    };
    const summary = daySummary(session.with(10, late), terms)!;
    expect([summary.received_at, summary.recorded_at]).toEqual([late.received_at, late.recorded_at]);
  });

  it("takes each minute's last snapshot, and none from outside the session", () => {
    const session = aPricedSession(300, 376, (minute) => ({ price: minute > 375 ? 27_000 : 26_000 }));
    const early = aPricedSession(-10, -10, () => ({ price: 25_000 }));
    const again = {
      ...session[75]!,
      timestamp: utcIso(epochMs(session[75]!.timestamp) + 5000),
      underlying_price: 26_100,
    };
    const summary = daySummary([...early, ...session.slice(0, 76), again, ...session.slice(76)], terms)!;
    expect([summary.openUnderlying, summary.closeUnderlying]).toEqual([26_000, 26_100]);
  });

  it('has no closing volatility on expiry day, when little is left to be volatile in, nor without prices', () => {
    const expiring = aPricedSession(300, 375, () => ({ expiry: '2025-12-04' }));
    expect(daySummary(expiring, terms)!.closeAtmIv).toBeNull();
    const unpriced = aPricedSession(300, 375, () => ({
      leg: (leg) => (leg.option_type === 'CE' ? leg : null),
    }));
    expect(daySummary(unpriced, terms)!.closeAtmIv).toBeNull();
    const morning = aPricedSession(0, 100);
    expect(daySummary(morning, terms)!.closeAtmIv).toBeNull();
  });

  it('has no volatility of its own from sixty prices or fewer', () => {
    expect(daySummary(aPricedSession(0, 59), terms)!.dailyVolatility).toBeNull();
    expect(daySummary(aPricedSession(0, 60), terms)!.dailyVolatility).toBe(0);
  });

  it('of no snapshots, or of a day without a session, is none', () => {
    expect(daySummary([], terms)).toBeNull();
    expect(daySummary(aPricedSession(0, 60), someTerms({ session: null }))).toBeNull();
  });
});
