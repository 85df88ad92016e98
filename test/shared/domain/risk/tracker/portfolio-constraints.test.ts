import { describe, expect, it } from 'vitest';
import { portfolioConstraints } from '../../../../../shared/domain/risk/tracker/portfolio-constraints.ts';

const call = { type: 'CE', side: 'B', quantity: 100 };
const fine = { allowed: true, reason: 'All constraints satisfied' };

describe('portfolio constraints', () => {
  it('allow what equals a limit', () => {
    const proposal = { positions: [call], signal: 'BUY', lots: 2 };
    expect(portfolioConstraints({ ...proposal, maxPositionSizeLots: 2 })).toEqual(fine);
    expect(portfolioConstraints({ ...proposal, maxNetDelta: 4 })).toEqual(fine);
    expect(portfolioConstraints({ ...proposal, maxTotalExposureRupees: 700_000 })).toEqual(fine);
  });

  it('name the size of the delta, whichever way it points', () => {
    const short = { positions: [{ ...call, side: 'S' }], signal: 'SELL', lots: 2, maxNetDelta: 3 };
    expect(portfolioConstraints(short).reason).toBe('Net delta 4.0 would exceed limit 3.0');
  });

  it('count a missing type as a put and a missing quantity as none', () => {
    const proposal = { signal: 'BUY', lots: 0, maxNetDelta: 1 };
    expect(portfolioConstraints({ ...proposal, positions: [{ side: 'B', quantity: 100 }] }).allowed).toBe(
      false,
    );
    expect(portfolioConstraints({ ...proposal, positions: [{ type: 'CE' }] })).toEqual(fine);
    const hedged = [call, { type: null, side: 'B', quantity: 100 }];
    expect(portfolioConstraints({ ...proposal, positions: hedged })).toEqual(fine);
  });

  it('check no limit that is not set', () => {
    const huge = { positions: [call], signal: 'BUY', lots: 1_000_000 };
    expect(portfolioConstraints(huge)).toEqual(fine);
    const unset = { maxNetDelta: null, maxPositionSizeLots: null, maxTotalExposureRupees: null };
    expect(portfolioConstraints({ ...huge, ...unset })).toEqual(fine);
  });

  it('name the first limit that is broken: size, delta, exposure', () => {
    const all = { positions: [call], signal: 'BUY', lots: 9, maxNetDelta: 1, maxTotalExposureRupees: 1 };
    expect(portfolioConstraints({ ...all, maxPositionSizeLots: 1 }).reason).toMatch(/^Position size 9/);
    expect(portfolioConstraints(all).reason).toMatch(/^Net delta 11\.0/);
    expect(portfolioConstraints({ ...all, maxNetDelta: 99 }).reason).toBe(
      'Total exposure 1925000 would exceed limit 1',
    );
  });
});
