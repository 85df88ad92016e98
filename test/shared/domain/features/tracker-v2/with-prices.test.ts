import { describe, expect, it } from 'vitest';
import { featureNames } from '../../../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { TRACKER_V2_PRICES } from '../../../../../shared/domain/features/tracker-v2/with-prices.ts';
import { windowOf } from '../../../../../shared/domain/features/window.ts';
import { aRandomChain } from '../../../../factories/random-chain.ts';
import { someTerms } from '../../../../factories/window.ts';

const session = aRandomChain({ seed: 5, minutes: 40, faults: 0 });

describe('tracker-v2-prices', () => {
  it("is the tracker's features and the three columns that its training adds", () => {
    const window = windowOf(session, someTerms());
    const plain = TRACKER_V2.compute(window);
    const made = TRACKER_V2_PRICES.compute(window);
    if ('error' in made || 'error' in plain) throw new Error('expected a vector, was none');
    expect([...made.features.subarray(0, 78)]).toEqual([...plain.features]);
    expect([...made.features.subarray(78)]).toEqual([
      plain.extras.underlying_price,
      plain.extras.underlying_future_price,
      plain.extras.underlying_future_oi,
    ]);
    expect(made.extras).toEqual(plain.extras);
  });

  it('names its columns as no other column of a feature row', () => {
    const names = featureNames(TRACKER_V2_PRICES);
    expect(names.slice(0, 78)).toEqual(featureNames(TRACKER_V2));
    expect(names.slice(78)).toEqual([
      'tracker_underlying_price',
      'tracker_future_price',
      'tracker_future_oi',
    ]);
  });

  it('needs the same history', () => {
    const short = windowOf(session.slice(0, 10), someTerms());
    expect(TRACKER_V2_PRICES.compute(short)).toEqual({ error: 'insufficient_history' });
  });
});
