import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastPart } from '../../../models/candidate/fit-procedure.ts';
import { trainingRows } from '../../../models/candidate/learn.ts';
import { type ObservedRows, withLabel } from '../../../models/candidate/observations.ts';
import { planData } from '../../../models/candidate/plan.ts';
import { splits } from '../../../models/candidate/walk-forward.ts';
import { labelEndMs } from '../../../shared/domain/labels/uniqueness.ts';
import { embargoMsOf, TARGETS, type Target } from '../../../shared/domain/training/targets.ts';

const OPEN_MS = Date.UTC(2025, 10, 3, 3, 45);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Sessions of minutes, some missing, with labels as a target has them: up to its horizon, none across the close. */
function rowsOf(target: Target, sessions: number, minutes: number, spans: readonly number[]): ObservedRows {
  const all = Array.from({ length: sessions * minutes }, (_, at) => at).filter((at) => at % 17 !== 5);
  const minuteOf = (at: number) => at % minutes;
  const sessionOf = (at: number) => Math.floor(at / minutes);
  const times = all.map((at) => OPEN_MS + sessionOf(at) * DAY_MS + minuteOf(at) * MINUTE_MS);
  const { horizonMinutes, source } = target;
  const fixed = typeof source.minutes === 'number';
  const span = (at: number) => (fixed ? horizonMinutes : 1 + (spans[at % spans.length]! % horizonMinutes));
  const isLabelled = (at: number) => minuteOf(at) + horizonMinutes < minutes;
  return {
    rows: all.length,
    columns: 0,
    featureNames: [],
    matrix: new Float32Array(0),
    sessions: all.map((at) => new Date(OPEN_MS + sessionOf(at) * DAY_MS).toISOString().slice(0, 10)),
    timestampsMs: Float64Array.from(times),
    labelEndsMs: Float64Array.from(all, (at, row) =>
      isLabelled(at) ? labelEndMs(times[row]!, span(at)) : times[row]!,
    ),
    weights: Float64Array.from(all, (at) => (isLabelled(at) ? 0.1 : 0)),
    horizonMinutes,
  };
}

/** When the last label of rows is known. */
const latest = ({ labelEndsMs }: ObservedRows, rows: Int32Array): number =>
  rows.reduce((end, row) => Math.max(end, labelEndsMs[row]!), 0);

const shape = fc.record({
  sessions: fc.integer({ min: 1, max: 14 }),
  minutes: fc.integer({ min: 80, max: 200 }),
  folds: fc.integer({ min: 1, max: 5 }),
  spans: fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }),
});

describe.each(TARGETS)('of $name', (target) => {
  it('no label that is learnt from reaches into what is judged, nor into its embargo within a session', () => {
    let judged = 0;
    fc.assert(
      fc.property(shape, ({ sessions, minutes, folds, spans }) => {
        const data = rowsOf(target, sessions, minutes, spans);
        const exploratory = sessions < 5;
        const quietMs = exploratory ? embargoMsOf(target) : 0;
        for (const { train, test } of splits(data, data.rows, exploratory, folds)) {
          const startMs = data.timestampsMs[test[0]!]!;
          expect(latest(data, train)).toBeLessThan(startMs - quietMs);
          expect(withLabel(data, test).length).toBeGreaterThan(0);
          judged += 1;
        }
      }),
      { numRuns: 40 },
    );
    expect(judged).toBeGreaterThan(20);
  });

  it('early stopping watches rows that no label of the fit reaches into', () => {
    fc.assert(
      fc.property(shape, ({ sessions, minutes, spans }) => {
        const data = rowsOf(target, sessions, minutes, spans);
        const labelled = withLabel(
          data,
          Int32Array.from({ length: data.rows }, (_, row) => row),
        );
        const { early, late } = lastPart(data, labelled);
        const startMs = data.timestampsMs[late[0]!]!;
        expect(latest(data, early)).toBeLessThan(startMs);
      }),
      { numRuns: 40 },
    );
  });

  it('the final fit learns from no label that reaches into the sessions kept back', () => {
    const data = rowsOf(target, 9, 90, [3, 7]);
    const plan = planData(data.sessions, 3);
    const heldOutMs = data.timestampsMs[plan.trainingEnd]!;
    expect(trainingRows(data, plan)).toHaveLength(plan.trainingEnd);
    // Labels of 40 hours: they cross the night, as ours never do.
    const long = { ...data, labelEndsMs: data.timestampsMs.map((time) => time + 40 * 60 * MINUTE_MS) };
    const rows = trainingRows(long, plan);
    expect(rows.length).toBeGreaterThan(0);
    expect(latest(long, rows)).toBeLessThan(heldOutMs);
  });
});
