import { describe, expect, it } from 'vitest';
import { chainGroups } from '../../../../shared/domain/features/chain-groups.ts';
import { CHAIN_V3 } from '../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { EXCHANGES } from '../../../../shared/domain/market/snapshot.ts';

const alone = Object.fromEntries(EXCHANGES.map((exchange) => [exchange, exchange]));

describe('chainGroups', () => {
  it('leaves each chain to itself where no row looks at another', () => {
    expect(chainGroups([])).toEqual(alone);
    expect(chainGroups([TRACKER_V2])).toEqual(alone);
  });

  it('puts together what looks at one another, also over others and over several sets', () => {
    const one = { NSE: [], BSE: ['NSE'], NSE_MONTHLY: [], BANKNIFTY_MONTHLY: [] } as const;
    const other = { NSE: [], BSE: [], NSE_MONTHLY: ['BSE'], BANKNIFTY_MONTHLY: [] } as const;
    const sets = [one, other].map((siblings) => ({ needs: { siblings, priorDays: false } }));
    const together = { NSE: 'NSE', BSE: 'NSE', NSE_MONTHLY: 'NSE', BANKNIFTY_MONTHLY: 'BANKNIFTY_MONTHLY' };
    expect(chainGroups(sets)).toEqual(together);
    expect(chainGroups([...sets].reverse())).toEqual(together);
  });

  it('is one group of all chains where the set of the whole chain is live', () => {
    expect(new Set(Object.values(chainGroups([TRACKER_V2, CHAIN_V3])))).toEqual(new Set(['NSE']));
  });
});
