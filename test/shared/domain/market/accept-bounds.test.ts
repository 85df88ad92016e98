import { describe, expect, it } from 'vitest';
import { acceptSnapshots } from '../../../../shared/domain/market/accept.ts';
import { aLeg, aSnapshot } from '../../../factories/snapshot.ts';

describe('what nothing here can hold', () => {
  const reasonFor = (changes: object, backfill = true) =>
    acceptSnapshots({ ...aSnapshot(), ...changes }, { recordedAt: '2100-06-01T00:00:00.000Z', backfill })
      .rejected[0]?.reason ?? '';

  it.each([
    '0000-01-01T00:00:00+05:30',
    '1999-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
  ])('is the moment %s, which has no partition', (timestamp) =>
    expect(reasonFor({ timestamp })).toMatch(/timestamp: expected a moment between 2000 and 2099/),
  );

  it.each([
    [{ underlying_price: 1.7e308 }, /underlying_price: expected at most 1000000000/],
    [{ vix: 1e126 }, /vix: expected at most 1000000000/],
    [{ legs: [aLeg({ strike: 1e300 })] }, /strike: expected at most 1000000000/],
  ])('is a number above every price: %j', (changes, reason) => {
    expect(reasonFor(changes)).toMatch(reason);
  });

  it('is a chain of millions, which is refused before each of its legs is', () => {
    const legs = Array.from({ length: 1_000_000 }, () => 1);
    expect(reasonFor({ legs })).toMatch(/legs: expected at most 2000 entries, was an array of 1000000/);
  });

  it('is a request of so many snapshots that their reasons would not fit an answer', () => {
    const many = (length: number) => Array.from({ length }, () => null);
    const options = { recordedAt: '2025-12-04T07:05:00.000Z', backfill: false };
    expect(acceptSnapshots(many(5000), options).rejected).toHaveLength(5000);
    expect(() => acceptSnapshots(many(5001), options)).toThrow(/at most 5000 snapshots, was 5001/);
  });
});
