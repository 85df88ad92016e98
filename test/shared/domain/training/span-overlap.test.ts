import { describe, expect, it } from 'vitest';
import { labelEndMs } from '../../../../shared/domain/labels/uniqueness.ts';
import { MINUTE_MS } from '../../../../shared/domain/market/indian-time.ts';
import { combinatorialFolds } from '../../../../shared/domain/training/combinatorial-folds.ts';
import {
  embargoSessions,
  type Fold,
  purgedBlockFolds,
  sessionRows,
  walkForwardFolds,
} from '../../../../shared/domain/training/folds.ts';
import { randomOf } from '../../../factories/session.ts';

const SETS = 10_000;
const DAY_MS = 86_400_000;
const OPEN_MS = Date.UTC(2025, 10, 3, 3, 45);

interface SpanSet {
  readonly times: Float64Array;
  readonly ends: Float64Array;
  readonly sessions: readonly string[];
}

/** Rows of a few short sessions at random minutes and seconds, each with a span that ends within its session. */
function spanSet(seed: number): SpanSet {
  const random = randomOf(seed);
  const days = 1 + Math.floor(random() * 6);
  const length = 5 + Math.floor(random() * 20);
  const rows = Array.from({ length: days }, (_, day) =>
    Array.from({ length }, (_, minute) => ({ day, minute }))
      .filter(() => random() < 0.7)
      .map(({ minute }) => {
        const time = OPEN_MS + day * DAY_MS + minute * MINUTE_MS + Math.floor(random() * MINUTE_MS);
        const span = Math.floor(random() * Math.min(15, length - minute));
        return { session: `day-${day}`, time, end: labelEndMs(time, span) };
      }),
  ).flat();
  return {
    times: Float64Array.from(rows, ({ time }) => time),
    ends: Float64Array.from(rows, ({ end }) => end),
    sessions: rows.map(({ session }) => session),
  };
}

/** Pairs of a fitted and a judged row whose spans come within `quietMs` of each other. */
function overlaps({ times, ends }: SpanSet, folds: readonly Fold[], quietMs: number): number {
  let found = 0;
  for (const { train, test } of folds) {
    for (const fitted of train) {
      for (const judged of test) {
        const apart = Math.max(times[judged]! - ends[fitted]!, times[fitted]! - ends[judged]!);
        if (apart <= 0 || apart < quietMs) found += 1;
      }
    }
  }
  return found;
}

/** Total of overlaps, and how many fitted rows there were, over all sets. */
function overAllSets(foldsOf: (set: SpanSet, quietMs: number, seed: number) => readonly Fold[]) {
  let [found, fitted] = [0, 0];
  for (let seed = 0; seed < SETS; seed += 1) {
    const set = spanSet(seed);
    const quietMs = (seed % 4) * 2 * MINUTE_MS;
    const folds = foldsOf(set, quietMs, seed);
    found += overlaps(set, folds, quietMs);
    for (const { train } of folds) fitted += train.length;
  }
  return { found, fitted };
}

describe(`of ${SETS.toLocaleString('en')} random sets of label spans`, () => {
  it('none overlap between fit and judgement, walk-forward by session', () => {
    const { found, fitted } = overAllSets(({ sessions }, _, seed) => {
      const groups = sessionRows(sessions);
      return walkForwardFolds(groups, 1 + (seed % 4), seed % 2 === 0 ? embargoSessions(groups.length) : 1);
    });
    expect(found).toBe(0);
    expect(fitted).toBeGreaterThan(SETS);
  });

  it('none overlap, walk-forward by purged blocks', () => {
    const { found, fitted } = overAllSets(({ times, ends }, quietMs, seed) =>
      purgedBlockFolds(times, ends, 1 + (seed % 4), quietMs),
    );
    expect(found).toBe(0);
    expect(fitted).toBeGreaterThan(SETS);
  });

  it('none overlap, combinatorial', () => {
    const { found, fitted } = overAllSets(({ times, ends, sessions }, embargoMs, seed) =>
      combinatorialFolds(times, ends, sessions, {
        groups: 4 + (seed % 2),
        judged: 1 + (seed % 3),
        embargoMs,
      }),
    );
    expect(found).toBe(0);
    expect(fitted).toBeGreaterThan(SETS);
  });

  it('many overlap without a purge, so that the count can tell', () => {
    const unpurged = overAllSets(({ times }) => {
      const half = times.length >> 1;
      const rows = Int32Array.from(times.keys());
      return [{ train: rows.slice(0, half), test: rows.slice(half) }];
    });
    expect(unpurged.found).toBeGreaterThan(SETS);
  });
});
