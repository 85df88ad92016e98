import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptSnapshots } from '../../../../shared/domain/market/accept.ts';
import { snapshotId } from '../../../../shared/domain/market/identity.ts';
import { RejectedInput } from '../../../../shared/errors.ts';
import { aLadder, aLeg, aSnapshot } from '../../../factories/snapshot.ts';

const recordedAt = '2025-12-04T12:35:04+05:30';
const live = { recordedAt, backfill: false };
const backfill = { recordedAt: '2026-01-05T10:00:00Z', backfill: true };

/** The one reason for which a snapshot with these fields is refused. */
function reasonFor(change: object, options = live): string {
  const { accepted, rejected } = acceptSnapshots({ ...aSnapshot(), ...change }, options);
  expect(accepted).toEqual([]);
  return rejected[0]!.reason;
}

function withLeg(index: number, change: object): object {
  const legs: object[] = aLadder();
  legs[index] = { ...legs[index], ...change };
  return { legs };
}

describe('acceptSnapshots', () => {
  it('stores a good snapshot with its id and UTC times', () => {
    const { accepted, rejected, ignoredFields } = acceptSnapshots(aSnapshot(), live);
    expect({ rejected, ignoredFields }).toEqual({ rejected: [], ignoredFields: 0 });
    expect(accepted).toEqual([
      {
        ...aSnapshot(),
        timestamp: '2025-12-04T07:05:00.000Z',
        snapshot_id: snapshotId(aSnapshot()),
        received_at: '2025-12-04T07:05:04.000Z',
        recorded_at: '2025-12-04T07:05:04.000Z',
        origin: 'live',
      },
    ]);
  });

  it('accepts the good ones of a request and says which others are wrong', () => {
    const later = aSnapshot({ timestamp: '2025-12-04T12:36:00+05:30' });
    const body = [aSnapshot(), { ...aSnapshot(), vix: -1 }, 17, later];
    const { accepted, rejected } = acceptSnapshots(body, live);
    expect(accepted.map((snapshot) => snapshot.timestamp)).toEqual([
      '2025-12-04T07:05:00.000Z',
      '2025-12-04T07:06:00.000Z',
    ]);
    expect(rejected).toEqual([
      { index: 1, reason: 'vix: expected 0 or more, was -1; send null when the value is missing' },
      { index: 2, reason: 'snapshot: expected an object, was 17' },
    ]);
  });

  it.each([[null], ['text'], [undefined], [5]])('throws when the body is %s', (body) => {
    expect(() => acceptSnapshots(body, live)).toThrow(RejectedInput);
  });

  it('throws on an empty array, which would otherwise look like success', () => {
    expect(() => acceptSnapshots([], live)).toThrow(/was an empty array/);
  });

  it('fills fields that are absent with null', () => {
    const { vix, future_price, ...rest } = aSnapshot();
    expect([vix, future_price]).toEqual([10.9, 26142.9]);
    const [stored] = acceptSnapshots(rest, live).accepted;
    expect(stored).toMatchObject({ vix: null, future_price: null, macro: null });
  });

  it('says how a snapshot came; only a backfill may say that its open interest was carried', () => {
    const marked = { ...aSnapshot(), origin: 'imported_sparse' };
    const origins = (body: object, options: typeof live) =>
      acceptSnapshots(body, options).accepted.map(({ origin }) => origin);
    expect(origins(aSnapshot(), backfill)).toEqual(['backfill']);
    expect(origins(marked, backfill)).toEqual(['imported_sparse']);
    expect(origins(marked, live)).toEqual(['live']);
    const { accepted, ignoredFields } = acceptSnapshots(marked, backfill);
    expect(ignoredFields).toBe(0);
    expect(accepted[0]!.snapshot_id).toBe(snapshotId(aSnapshot()));
    expect(acceptSnapshots(marked, live).ignoredFields).toBe(1);
    expect(reasonFor({ origin: 'dreamt' }, backfill)).toMatch(/^origin: /);
  });

  it('keeps five levels of depth, as part of what the snapshot says', () => {
    const level = (price: number) => ({ price, quantity: 75 });
    const deep = (levels: number) =>
      withLeg(0, { depth: { buy: Array.from({ length: levels }, (_, at) => level(100 - at)), sell: [] } });
    const { accepted, ignoredFields } = acceptSnapshots({ ...aSnapshot(), ...deep(5) }, live);
    expect(ignoredFields).toBe(0);
    expect(accepted[0]!.legs[0]!.depth!.buy).toHaveLength(5);
    expect(accepted[0]!.snapshot_id).not.toBe(snapshotId(aSnapshot()));
    expect(reasonFor(deep(6))).toMatch(/^legs\[0\]\.depth\.buy: .*5/);
  });

  it('ignores and counts fields outside the contract', () => {
    const legs = aLadder().map((leg) => ({ ...leg, theta: -3 }));
    const macro = { fii_dii_net: 12.5, moon_phase: 3 };
    const { accepted, ignoredFields } = acceptSnapshots({ ...aSnapshot(), legs, macro, extra: 1 }, live);
    expect(ignoredFields).toBe(22 + 1 + 1);
    expect(accepted[0]).not.toHaveProperty('extra');
    expect(accepted[0]!.legs[0]).not.toHaveProperty('theta');
    expect(accepted[0]!.snapshot_id).toBe(
      acceptSnapshots({ ...aSnapshot(), macro: { fii_dii_net: 12.5 } }, live).accepted[0]!.snapshot_id,
    );
  });

  it('takes macro values with the moment they were known', () => {
    const value = { value: 0.2, as_of: '2025-12-04T09:00:00+05:30', source: 'rbi' };
    const [stored] = acceptSnapshots({ ...aSnapshot(), macro: { usdinr_trend: value } }, live).accepted;
    expect(stored!.macro!.usdinr_trend).toEqual(value);
  });
});

describe('a refused snapshot names the field, what was expected, what it was, and what to do', () => {
  it.each<[string, object, string]>([
    [
      'unknown exchange',
      { exchange: 'NYSE' },
      'exchange: expected one of NSE, BSE, NSE_MONTHLY, BANKNIFTY_MONTHLY, was "NYSE"',
    ],
    ['missing schema', { schema: undefined }, 'schema: expected 1, was missing; send "schema": 1'],
    [
      'no legs',
      { legs: [] },
      'legs: expected 1 or more entries, was an empty array; send the ladder of calls and puts; skip the minute when the source gave none',
    ],
    [
      'legs missing',
      { legs: undefined },
      'legs: expected an array, was missing; send the ladder of calls and puts; skip the minute when the source gave none',
    ],
    [
      'NaN',
      { underlying_price: Number.NaN },
      'underlying_price: expected a number, was NaN; skip the minute when the index price is unknown',
    ],
    [
      'infinity',
      { future_price: Number.POSITIVE_INFINITY },
      'future_price: expected a number, was Infinity; send null when the value is missing',
    ],
    ['text', { vix: '10.9' }, 'vix: expected a number, was "10.9"; send null when the value is missing'],
    [
      'zero price',
      { underlying_price: 0 },
      'underlying_price: expected more than 0, was 0; skip the minute when the index price is unknown',
    ],
    [
      'negative price',
      withLeg(3, { ltp: -5 }),
      'legs[3].ltp: expected 0 or more, was -5; send null when the value is missing',
    ],
    [
      'half a unit',
      withLeg(21, { oi: 1.5 }),
      'legs[21].oi: expected a whole number, was 1.5; send null when the value is missing',
    ],
    [
      'wrong type of option',
      withLeg(0, { option_type: 'CALL' }),
      'legs[0].option_type: expected one of CE, PE, was "CALL"; send CE for a call, PE for a put',
    ],
    [
      'bad macro',
      { macro: { fii_dii_net: 'much' } },
      'macro.fii_dii_net: expected a finite number, or {value, as_of, source}, or null, was "much"; send null when the value is missing',
    ],
    [
      'bad date',
      { expiry: '09-12-2025' },
      'expiry: expected a calendar date, was "09-12-2025"; write it as 2025-12-09',
    ],
    [
      'no offset',
      { timestamp: '2025-12-04T12:35:00' },
      'timestamp: expected an ISO 8601 date-time with its offset, was "2025-12-04T12:35:00"; write it with its offset, as 2025-12-04T12:35:00+05:30',
    ],
  ])('%s', (_, change, reason) => {
    expect(reasonFor(change)).toBe(reason);
  });

  it('counts further faults', () => {
    expect(reasonFor({ vix: -1, future_oi: 'x' })).toMatch(/ \(and 1 more\)$/);
  });

  it('the same strike and type twice, or the same symbol twice', () => {
    expect(reasonFor({ legs: [...aLadder(), aLeg({ strike: 25800, symbol: 'OTHER' })] })).toBe(
      'legs[22]: expected each leg once, was strike 25800 CE again (first at legs[0]); send it once',
    );
    expect(reasonFor(withLeg(5, { symbol: aLadder()[0]!.symbol }))).toMatch(
      /was symbol \S+ again \(first at legs\[0\]\)/,
    );
  });
});

describe('time of a snapshot', () => {
  it('may be 10 minutes off, either way, and not more', () => {
    const offset = (timestamp: string) => acceptSnapshots(aSnapshot({ timestamp }), live).rejected.length;
    expect(offset('2025-12-04T12:25:04+05:30')).toBe(0);
    expect(offset('2025-12-04T12:45:04+05:30')).toBe(0);
    expect(offset('2025-12-04T12:25:03+05:30')).toBe(1);
    expect(offset('2025-12-04T12:45:05+05:30')).toBe(1);
    expect(reasonFor({ timestamp: '2025-12-03T12:35:00+05:30' })).toBe(
      'timestamp: expected within 10 minutes of receipt at 2025-12-04T07:05:04.000Z, was 2025-12-03T12:35:00+05:30; ' +
        'check the clock, or mark the request as a backfill',
    );
  });

  it('is on the expiry day or before it, in Indian time', () => {
    expect(acceptSnapshots(aSnapshot({ expiry: '2025-12-04' }), live).rejected).toEqual([]);
    expect(reasonFor({ expiry: '2025-12-03' })).toBe(
      "expiry: expected the snapshot's day (2025-12-04) or later, was 2025-12-03; send the expiry of the chain's legs",
    );
    const late = { recordedAt: '2025-12-03T19:00:00Z', backfill: false };
    expect(reasonFor({ timestamp: '2025-12-03T19:00:00Z', expiry: '2025-12-03' }, late)).toContain(
      '2025-12-04',
    );
  });

  it('a backfill may hold the past, not the future', () => {
    expect(acceptSnapshots(aSnapshot(), backfill).rejected).toEqual([]);
    expect(reasonFor({ timestamp: '2026-02-01T12:35:00+05:30' }, backfill)).toMatch(
      /a backfill cannot hold the future$/,
    );
  });

  it('only a backfill may state when the tracker had it', () => {
    const posted = { ...aSnapshot(), received_at: '2025-12-04T12:35:02+05:30' };
    expect(acceptSnapshots(posted, backfill)).toMatchObject({
      accepted: [{ received_at: '2025-12-04T07:05:02.000Z', recorded_at: '2026-01-05T10:00:00.000Z' }],
      ignoredFields: 0,
    });
    expect(acceptSnapshots(posted, live)).toMatchObject({
      accepted: [{ received_at: '2025-12-04T07:05:04.000Z' }],
      ignoredFields: 1,
    });
  });

  it('refuses a statement that it was had before it was made, or after now', () => {
    expect(reasonFor({ received_at: '2025-12-03T12:35:02+05:30' }, backfill)).toMatch(
      /^received_at: expected between/,
    );
    expect(reasonFor({ received_at: '2026-03-03T12:35:02+05:30' }, backfill)).toMatch(
      /^received_at: expected between/,
    );
  });
});

describe('any body at all', () => {
  it('is judged completely: every index is accepted or rejected with a reason, and nothing else is thrown', () => {
    const broken = fc.oneof(
      fc.jsonValue(),
      fc
        .record({ key: fc.constantFrom(...Object.keys(aSnapshot())), value: fc.jsonValue() })
        .map(({ key, value }) => ({ ...aSnapshot(), [key]: value })),
    );
    fc.assert(
      fc.property(fc.array(broken, { minLength: 1, maxLength: 4 }), (body) => {
        const { accepted, rejected } = acceptSnapshots([...body, aSnapshot()], live);
        expect(accepted.length + rejected.length).toBe(body.length + 1);
        expect(accepted.at(-1)!.snapshot_id).toBe(snapshotId(aSnapshot()));
        for (const { reason } of rejected) expect(reason).toMatch(/^\S.*: expected .+/s);
      }),
      { numRuns: 200 },
    );
  });
});
