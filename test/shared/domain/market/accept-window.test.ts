import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptWindow, MAX_WINDOW_SNAPSHOTS } from '../../../../shared/domain/market/accept-window.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { aSession } from '../../../factories/session.ts';

const recordedAt = '2025-12-04T06:00:00.000Z';
const session: ChainSnapshot[] = aSession({ minutes: 30 }).map(
  ({ snapshot_id: _id, received_at: _received, recorded_at: _recorded, origin: _origin, ...rest }) => rest,
);
const accept = (window: unknown) => acceptWindow(window, { exchange: 'NSE', recordedAt });

describe('a window', () => {
  it('is given back by rising time, each snapshot once, however it was posted', () => {
    const expected = accept(session);
    expect(expected.map(({ timestamp }) => timestamp)).toEqual(session.map(({ timestamp }) => timestamp));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(session, { minLength: session.length }),
        fc.subarray(session),
        (shuffled, again) => {
          expect(accept([...shuffled, ...again])).toEqual(expected);
        },
      ),
    );
  });

  it('counts as received now where it does not say when', () => {
    for (const { received_at, recorded_at, origin } of accept(session)) {
      expect({ received_at, recorded_at, origin }).toEqual({
        received_at: recordedAt,
        recorded_at: recordedAt,
        origin: 'backfill',
      });
    }
  });

  it('keeps when it was received where every snapshot says so', () => {
    const later = (iso: string) => utcIso(epochMs(iso) + 700);
    const stated = session.map((one) => ({ ...one, received_at: later(one.timestamp) }));
    expect(accept(stated).map(({ received_at }) => received_at)).toEqual(
      session.map(({ timestamp }) => later(timestamp)),
    );
    expect(() => accept([...stated.slice(1), session[0]])).toThrow(
      /^window\[29\]\.received_at: .*state all or none$/,
    );
  });

  it('takes two times that are written differently as one', () => {
    const [one] = session as [ChainSnapshot];
    const indian = one.timestamp.replace('03:45:00.000Z', '09:15:00+05:30');
    expect(indian).not.toBe(one.timestamp);
    expect(() => accept([one, { ...one, timestamp: indian, vix: 99 }])).toThrow(
      /^window\[1\]\.timestamp: expected one snapshot of a time/,
    );
    expect(accept([one, { ...one, timestamp: indian }])).toHaveLength(1);
  });

  it('may hold as many as a session has minutes, and no more', () => {
    expect(MAX_WINDOW_SNAPSHOTS).toBeGreaterThanOrEqual(376);
    const most = Array(MAX_WINDOW_SNAPSHOTS).fill(session[0]);
    expect(accept(most)).toHaveLength(1);
    expect(() => accept([...most, session[1]])).toThrow(/expected at most 400 snapshots .*, was 401/);
  });

  it.each([
    [undefined, /^window: expected a list of snapshots/],
    ['text', /^window: expected a list of snapshots/],
    [{}, /^window: expected a list of snapshots/],
    [[], /^window: expected at least one snapshot/],
    [[null], /^window\[0\]: expected an object, was null/],
    [[session[0], {}], /^window\[1\]\.schema: expected 1, was missing/],
    [[{ ...session[0], legs: [] }], /^window\[0\]\.legs: /],
    [[{ ...session[0], vix: Number.NaN }], /^window\[0\]\.vix: /],
    [[{ ...session[0], expiry: '2025-12-01' }], /^window\[0\]\.expiry: /],
  ])('is refused by the place of what is wrong: %j', (window, message) => {
    expect(() => accept(window)).toThrow(message);
  });
});
