import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, answeredRows, baselineSource } from '../../../../shared/domain/evaluation/baseline.ts';
import { pairedLabels } from '../../../../shared/domain/evaluation/paired-labels.ts';
import type { ScoredRow } from '../../../../shared/domain/evaluation/scored-row.ts';

const session = '2025-11-24';
const state = { session, afterCutoff: true, liveThroughout: false, inHeldOut: false, inWalkForward: false };

describe('the source of production on a session', () => {
  it.each([
    ['what it answered, where it was live', { liveThroughout: true, inHeldOut: true }, 'audited'],
    ['its held-out scores, where it was not yet', { inHeldOut: true }, 'held_out'],
    ['a replay after its cutoff', {}, 'replayed'],
    [
      'its walk-forward before',
      { afterCutoff: false, inWalkForward: true, liveThroughout: true },
      'walk_forward',
    ],
    ['nothing that it could have learnt from', { afterCutoff: false, inHeldOut: true }, null],
  ] as const)('is %s', (_name, change, source) =>
    expect(baselineSource({ ...state, ...change })).toBe(source),
  );

  it('is never its own bundle on a session at or before its cutoff', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (liveThroughout, inHeldOut, inWalkForward) => {
        const before = { session, afterCutoff: false, liveThroughout, inHeldOut, inWalkForward };
        expect(['walk_forward', null]).toContain(baselineSource(before));
      }),
    );
  });
});

const row = (minute: number, change: Partial<ScoredRow> = {}): ScoredRow => ({
  ...{ session, minute, price: 26_000 + minute, sell: 0.2, hold: 0.2, buy: 0.6, regime: 2 },
  ...{ label: 1, position: 1 },
  ...change,
});
const buy: Answer = { position: 1, probabilities: { sell: 0.1, hold: 0.1, buy: 0.8 }, regime: 0 };

describe('answers in the place of the candidate’s', () => {
  it('keep minute, price and label, and state what was said', () =>
    expect(answeredRows([row(560)], new Map([[560, buy]]))).toEqual({
      rows: [row(560, { sell: 0.1, hold: 0.1, buy: 0.8, regime: 0 })],
      missing: 0,
      unasked: 0,
    }));
  it('a minute without one is HOLD, unlabelled and counted', () => {
    const { rows, missing, unasked } = answeredRows([row(560), row(561)], new Map([[561, buy]]));
    expect([missing, unasked]).toEqual([1, 0]);
    expect(rows[0]).toMatchObject({ minute: 560, price: 26_560, position: 0, label: null });
    expect(rows[1]).toMatchObject({ position: 1, label: 1 });
  });
  it('a HOLD that no model gave is counted apart', () => {
    const held: Answer = { position: 0, probabilities: null, regime: null };
    const { rows, missing, unasked } = answeredRows([row(560)], new Map([[560, held]]));
    expect([missing, unasked]).toEqual([0, 1]);
    expect(rows[0]).toMatchObject({ position: 0, label: null });
  });
  it('of other minutes are left out', () =>
    expect(answeredRows([row(560)], new Map([[562, buy]])).rows).toHaveLength(1));
});

describe('paired labels', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 555, max: 570 }));
  const rowsOf = fc
    .tuple(minutes, fc.func(fc.constantFrom(null, -1, 0, 1)))
    .map(([own, label]) => own.map((minute) => row(minute, { label: label(minute) as ScoredRow['label'] })));
  const labelled = (rows: readonly ScoredRow[]) =>
    rows.flatMap(({ minute, label }) => (label === null ? [] : [minute])).sort();

  it('are on the same minutes both ways round, and positions stay', () => {
    fc.assert(
      fc.property(rowsOf, rowsOf, (mine, theirs) => {
        const [left, right] = [pairedLabels(mine, theirs), pairedLabels(theirs, mine)];
        expect(labelled(left)).toEqual(labelled(right));
        expect(left.map((one) => ({ ...one, label: 0 }))).toEqual(mine.map((one) => ({ ...one, label: 0 })));
      }),
    );
  });
  it('of another session are other minutes', () =>
    expect(pairedLabels([row(560)], [row(560, { session: '2025-11-25' })])[0]?.label).toBeNull());
});
