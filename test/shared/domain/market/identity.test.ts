import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalContent, snapshotId, sortLegs } from '../../../../shared/domain/market/identity.ts';
import type { ChainSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aLadder, aSnapshot } from '../../../factories/snapshot.ts';

function reversedKeys<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).reverse()) as T;
}

describe('snapshot identity', () => {
  it('is 32 lower-case hex digits', () => {
    expect(snapshotId(aSnapshot())).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is a contract: this snapshot has this id', () => {
    expect(snapshotId(aSnapshot())).toBe('8748c5c2c60c6e0a66a3a6aa420e870c');
  });

  it('does not depend on key order, leg order or the zone of the timestamp', () => {
    const snapshot = aSnapshot();
    const id = snapshotId(snapshot);
    expect(snapshotId(reversedKeys(snapshot))).toBe(id);
    expect(snapshotId({ ...snapshot, timestamp: '2025-12-04T07:05:00Z' })).toBe(id);
    fc.assert(
      fc.property(fc.shuffledSubarray(snapshot.legs, { minLength: snapshot.legs.length }), (legs) => {
        expect(snapshotId({ ...snapshot, legs: legs.map(reversedKeys) })).toBe(id);
      }),
      { numRuns: 20 },
    );
  });

  const changes: [string, Partial<ChainSnapshot>][] = [
    ['the exchange', { exchange: 'NSE_MONTHLY' }],
    ['a millisecond', { timestamp: '2025-12-04T12:35:00.001+05:30' }],
    ['the sequence', { sequence: 1 }],
    ['the expiry', { expiry: '2025-12-16' }],
    ['a price', { underlying_price: 26028.15 }],
    ['a missing value', { vix: null }],
    ['a dropped leg', { legs: aLadder().slice(1) }],
    ['a macro value', { macro: { fii_dii_net: 1 } as ChainSnapshot['macro'] }],
  ];
  it.each(changes)('changes with %s', (_, change) => {
    expect(snapshotId(aSnapshot(change))).not.toBe(snapshotId(aSnapshot()));
  });

  it('changes with every single field of a leg', () => {
    const id = snapshotId(aSnapshot());
    for (const field of Object.keys(aLadder()[0]!) as (keyof ReturnType<typeof aLadder>[0])[]) {
      const legs = aLadder();
      const value = legs[3]![field];
      const other = field === 'option_type' ? 'CE' : typeof value === 'number' ? value + 1 : 'OTHER';
      legs[3] = { ...legs[3]!, [field]: other };
      expect(snapshotId({ ...aSnapshot(), legs }), field).not.toBe(id);
    }
  });

  it('tells 0 from missing and writes macro moments in UTC', () => {
    const zero = { ...aSnapshot(), future_oi: 0 };
    expect(canonicalContent(zero)).not.toBe(canonicalContent({ ...zero, future_oi: null }));
    const known = (as_of: string) =>
      canonicalContent(
        aSnapshot({ macro: { usdinr_trend: { value: 1, as_of, source: 's' } } as ChainSnapshot['macro'] }),
      );
    expect(known('2025-12-04T09:00:00+05:30')).toBe(known('2025-12-04T03:30:00Z'));
  });
});

describe('sortLegs', () => {
  it('orders by strike, the call first, and leaves its input alone', () => {
    const legs = aLadder().reverse();
    const before = [...legs];
    expect(sortLegs(legs)).toEqual(aLadder());
    expect(legs).toEqual(before);
  });
});
