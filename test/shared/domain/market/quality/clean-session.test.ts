import fc from 'fast-check';
import { expect, test } from 'vitest';
import { qualityPolicy } from '../../../../../shared/config/quality.ts';
import { QUALITY_FLAGS } from '../../../../../shared/domain/market/quality/finding.ts';
import type { QualitySnapshot } from '../../../../../shared/domain/market/quality/observed.ts';
import { qualityFlags } from '../../../../../shared/domain/market/quality/quality-flags.ts';
import { qualityReport } from '../../../../../shared/domain/market/quality/quality-report.ts';
import { EXCHANGES, type Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { simulated, termsOf, withLegs } from './simulated.ts';

const policy = qualityPolicy();
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
// An ordinary day, the weekly expiry of NSE and of BSE, the last expiry of a month and a day of other lot sizes.
const dates = fc.constantFrom('2026-02-04', '2026-02-10', '2026-02-12', '2026-02-24', '2025-11-12');

test('no rule speaks on a clean session', () => {
  const sessions = fc.tuple(fc.constantFrom(...EXCHANGES), dates, seeds, fc.constantFrom(0, 0.3));
  fc.assert(
    fc.property(sessions, ([exchange, date, seed, edge]) => {
      const [report] = qualityReport(simulated(exchange, date, seed, edge), termsOf, policy);
      expect(report).toMatchObject({
        ...{ exchange, date, snapshots: 375, minutes: 375, longestGapSeconds: 60 },
        ...{ flagged: 0, flaggedShare: 0, flags: [] },
      });
    }),
    { numRuns: 12 },
  );
});

const session = simulated('NSE', '2026-02-04', 5);
const terms = termsOf('NSE', '2026-02-04');
const FIELDS = ['ltp', 'oi', 'volume', 'iv', 'best_bid', 'best_ask', 'bid_quantity', 'ask_quantity'] as const;
const amount = fc.oneof(fc.constant(null), fc.constant(0), fc.integer({ min: 0, max: 2 ** 40 }));
/** Any amount in any field of some legs, and some legs gone. */
const damage = fc.array(
  fc.record({ leg: fc.nat(25), field: fc.constantFrom(...FIELDS), value: amount, gone: fc.boolean() }),
);

function damaged(snapshot: QualitySnapshot, faults: typeof damage extends fc.Arbitrary<infer T> ? T : never) {
  const legs = snapshot.legs.flatMap((leg, index): Leg[] => {
    const own = faults.filter((fault) => fault.leg === index);
    if (own.some(({ gone }) => gone)) return [];
    return [{ ...leg, ...Object.fromEntries(own.map(({ field, value }) => [field, value])) }];
  });
  return { ...snapshot, legs };
}

test('whatever is missing or absurd, each flag comes at most once, in the fixed order, in finite numbers', () => {
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (faults) => {
      const broken = faults.map((of, index) => damaged(session[index]!, of));
      const found = qualityFlags(broken.at(-1)!, broken.slice(0, -1), terms, policy);
      const places = found.map(({ flag }) => QUALITY_FLAGS.indexOf(flag));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      for (const { why } of found) expect(why).not.toMatch(/NaN|undefined|Infinity/);
    }),
    { numRuns: 200 },
  );
});

test('neither the history nor the snapshot is changed, and the same question has the same answer', () => {
  const faulty = withLegs(session[20]!, (leg) => (leg.option_type === 'CE' ? leg : null));
  const history = session.slice(0, 20);
  const before = structuredClone([faulty, history]);
  const first = qualityFlags(faulty, history, terms, policy);
  expect(first.map(({ flag }) => flag)).toEqual(['missing_strikes', 'dropped_side']);
  expect(qualityFlags(faulty, history, terms, policy)).toEqual(first);
  expect([faulty, history]).toEqual(before);
});

test('history of another chain, another session, another time or the snapshot itself counts for nothing', () => {
  const now = session[40]!;
  const alone = qualityFlags(now, [], terms, policy);
  expect(alone.map(({ flag }) => flag)).toEqual(['minute_gap']);
  const strangers = [
    ...session.slice(0, 9),
    now,
    ...session.slice(41, 60),
    ...simulated('NSE', '2026-02-05', 5).slice(0, 60),
    ...session.slice(30, 40).map((one) => ({ ...one, exchange: 'BSE' as const })),
  ];
  expect(qualityFlags(now, strangers, terms, policy)).toEqual(alone);
});
