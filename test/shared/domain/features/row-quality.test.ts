import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../../../shared/config/quality.ts';
import { qualityOf } from '../../../../shared/domain/features/row-quality.ts';
import { timelineOf } from '../../../../shared/domain/features/window.ts';
import { epochMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import { qualityTerms } from '../../../../shared/domain/market/quality/terms.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../../../simulator/exchange-spec.ts';
import { simulateSession } from '../../../../simulator/market.ts';

const DATE = '2026-02-04';
const rules = exchangesRules();
const judge = { terms: qualityTerms(DATE, rules.NSE), policy: qualityPolicy() };
const [spec] = specsFrom(rules, ['NSE']);
const session = [...simulateSession({ seed: 9, spec: spec!, date: DATE, edge: 0 }).snapshots]
  .slice(0, 60)
  .map((snapshot, index) => received(snapshot as StoredSnapshot, 1, index));

function received(snapshot: StoredSnapshot, seconds: number, index: number): StoredSnapshot {
  const at = utcIso(epochMs(snapshot.timestamp) + 1000 * seconds);
  const snapshot_id = String(index).padStart(32, '0');
  return { ...snapshot, snapshot_id, received_at: at, recorded_at: at };
}

const flagsAt = (snapshots: readonly StoredSnapshot[], index: number) =>
  qualityOf(timelineOf(snapshots), index, judge);
const later = (snapshot: StoredSnapshot, seconds: number, receivedAfter: number): StoredSnapshot =>
  received(
    { ...snapshot, timestamp: utcIso(epochMs(snapshot.timestamp) + 1000 * seconds) },
    receivedAfter,
    99,
  );

describe('the flags of a snapshot', () => {
  test('are none in a clean session, and those of a fault where there is one', () => {
    expect(session.flatMap((_, index) => flagsAt(session, index))).toEqual([]);
    const blind = session.with(40, { ...session[40]!, vix: null });
    expect(flagsAt(blind, 40)).toEqual(['vix_missing']);
    expect(flagsAt(blind, 41)).toEqual([]);
  });

  test('look back on no minute that was received later', () => {
    const slow = session.with(39, received(session[39]!, 100, 39));
    expect(flagsAt(slow, 40)).toEqual(['minute_gap']);
    expect(flagsAt(slow, 41)).toEqual([]);
  });

  test('see the one before in its own minute, if it was there', () => {
    const twice = (after: number) => session.toSpliced(41, 0, later(session[40]!, 20, after));
    expect(flagsAt(twice(1), 41)).toEqual(['duplicated_minute']);
    const first = session.with(40, received(session[40]!, 60, 40));
    expect(flagsAt(first.toSpliced(41, 0, later(session[40]!, 20, 1)), 41)).toEqual([]);
  });

  test('do not depend on how many came in a minute before, nor on what is older than the policy looks', () => {
    const frozen = session.map((one, index) =>
      index < 40 ? one : { ...one, underlying_price: session[40]!.underlying_price },
    );
    const crowded = frozen.flatMap((one, index) =>
      index === 42 ? [later(one, -20, 21), one, later(one, 20, 1)] : [one],
    );
    fc.assert(
      fc.property(fc.integer({ min: 43, max: 59 }), fc.integer({ min: 0, max: 12 }), (index, cut) => {
        const at = crowded.indexOf(frozen[index]!);
        const whole = flagsAt(crowded, at);
        expect(whole).toEqual(flagsAt(frozen, index));
        expect(flagsAt(frozen.slice(cut), index - cut)).toEqual(whole);
      }),
    );
    expect(flagsAt(frozen, 50)).toContain('spot_frozen');
  });
});
