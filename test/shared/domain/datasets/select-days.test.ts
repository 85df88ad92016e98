import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectDays } from '../../../../shared/domain/datasets/select-days.ts';
import type { DayFileRow } from '../../../../shared/domain/lake/registry-rows.ts';
import { aDayFileRow } from '../../../factories/registry.ts';

const at = (minute: number) => new Date(Date.UTC(2025, 11, 4, 4, minute)).toISOString();
const feature = (revision: number, chain: string, changes: Partial<DayFileRow> = {}) =>
  aDayFileRow({
    kind: 'features',
    revision,
    source_sha256: chain,
    sha256: `f${revision}`,
    last_recorded_at: at(revision),
    rows: 300,
    ...changes,
  });
const label = (revision: number, chain: string, changes: Partial<DayFileRow> = {}) =>
  feature(revision, chain, { kind: 'labels', sha256: `l${revision}`, ...changes });
const RULES = { knowledgeCutoff: at(59), minRowsPerDay: 1, minDays: 1 };
const hashes = (selection: ReturnType<typeof selectDays>) =>
  selection.days.map(({ date, features, labels }) => [date, features.sha256, labels.sha256]);

describe('selectDays', () => {
  it('takes the newest revisions that come from one chain', () => {
    const features = [feature(1, 'A'), feature(2, 'A'), feature(3, 'B'), feature(4, 'C')];
    const labels = [label(1, 'A'), label(2, 'B'), label(3, 'B')];
    expect(hashes(selectDays(features, labels, RULES))).toEqual([['2025-12-04', 'f3', 'l3']]);
  });

  it('takes what counted at the cutoff, the moment itself included', () => {
    const features = [feature(1, 'A'), feature(2, 'B'), feature(3, 'C')];
    const labels = [label(1, 'A'), label(2, 'B'), label(3, 'C')];
    const chosen = (knowledgeCutoff: string) => selectDays(features, labels, { ...RULES, knowledgeCutoff });
    expect(hashes(chosen(at(2)))).toEqual([['2025-12-04', 'f2', 'l2']]);
    expect(hashes(chosen('2025-12-04T09:32:00+05:30'))).toEqual([['2025-12-04', 'f2', 'l2']]);
    expect(chosen(at(0))).toEqual({
      days: [],
      leftOut: [{ date: '2025-12-04', reason: 'recorded_after_cutoff' }],
    });
  });

  it.each([
    ['no_matching_labels', [feature(1, 'A')], [label(1, 'B')], {}],
    ['too_few_rows', [feature(1, 'A', { rows: 3 })], [label(1, 'A')], { minRowsPerDay: 4 }],
    ['too_few_days', [feature(1, 'A')], [label(1, 'A')], { minDays: 2 }],
  ] as const)('says %s of a day that it leaves out', (reason, features, labels, changes) => {
    expect(selectDays(features, labels, { ...RULES, ...changes })).toEqual({
      days: [],
      leftOut: [{ date: '2025-12-04', reason }],
    });
  });

  it('orders days by date, whatever the order of the rows', () => {
    const dates = ['2025-12-02', '2025-12-03', '2025-12-04'];
    const features = dates.flatMap((date) => [feature(1, 'A', { date }), feature(2, 'B', { date })]);
    const labels = dates.flatMap((date) => [label(1, 'A', { date }), label(2, 'B', { date })]);
    const expected = selectDays(features, labels, RULES);
    expect(expected.days.map(({ date }) => date)).toEqual(dates);
    const shuffled = <T>(rows: T[]) => fc.shuffledSubarray(rows, { minLength: rows.length });
    fc.assert(
      fc.property(shuffled(features), shuffled(labels), (some, others) => {
        expect(selectDays(some, others, RULES)).toEqual(expected);
      }),
    );
  });
});

/** A day whose rows arrive in any order and is compacted, with features and labels after it, at any times. */
const story = fc.array(fc.constantFrom('row', 'compact', 'features', 'labels'), {
  minLength: 1,
  maxLength: 40,
});

describe('selectDays over random arrivals', () => {
  it('never uses what was recorded after the cutoff, and nothing later changes what an old cutoff gives', () => {
    fc.assert(
      fc.property(story, fc.nat(40), (events, cutoffAt) => {
        const lake = { features: [] as DayFileRow[], labels: [] as DayFileRow[] };
        const rules = { ...RULES, knowledgeCutoff: at(cutoffAt) };
        const answers: string[] = [];
        let recorded = 0;
        let chain: { name: string; recordedAt: number } | undefined;
        for (const [minute, event] of events.entries()) {
          if (event === 'row') recorded = minute;
          if (event === 'compact') chain = { name: `chain of ${recorded}`, recordedAt: recorded };
          if ((event === 'features' || event === 'labels') && chain !== undefined) {
            const make = event === 'features' ? feature : label;
            const changes = { last_recorded_at: at(chain.recordedAt), sha256: `${event} of ${chain.name}` };
            lake[event].push(make(lake[event].length + 1, chain.name, changes));
          }
          const selection = selectDays(lake.features, lake.labels, rules);
          for (const { features, labels } of selection.days) {
            expect(features.last_recorded_at <= rules.knowledgeCutoff).toBe(true);
            expect(labels.source_sha256).toBe(features.source_sha256);
          }
          // Once all that was recorded by the cutoff is compacted and worked up, the answer stands.
          const settled = chain !== undefined && chain.recordedAt > cutoffAt;
          if (settled) answers.push(JSON.stringify(hashes(selection)));
        }
        expect(new Set(answers).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
