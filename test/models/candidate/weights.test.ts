import { beforeAll, describe, expect, it } from 'vitest';
import { fitProcedure } from '../../../models/candidate/fit-procedure.ts';
import { observationsOf, withLabel } from '../../../models/candidate/observations.ts';
import { DEFAULT_OPTIONS } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { BUY, HOLD, SELL } from '../../../shared/domain/training/classes.ts';
import type { LabelledMatrix } from '../../../shared/ports/model-family.ts';
import { marketRows } from '../../factories/market-rows.ts';

const input = marketRows({ sessions: 6, rowsPerSession: 120, features: 8, edge: 0.5, seed: 3 });
const data = observationsOf(input);
const training = Int32Array.from(input.sessions.keys());
const labelled = withLabel(data, training);
const OPTIONS = { ...DEFAULT_OPTIONS, regimeStates: 2 };

/** What a family is given to learn from. */
async function given(halfLife: number): Promise<LabelledMatrix> {
  const seen: LabelledMatrix[] = [];
  const linear = linearFamily();
  const family = {
    ...linear,
    fit(request: Parameters<typeof linear.fit>[0]) {
      seen.push(request.training);
      return linear.fit(request);
    },
  };
  const options = { ...OPTIONS, recencyHalfLifeSessions: halfLife };
  await fitProcedure(data, { family, options, seed: 1, training, rounds: 5, signal: undefined });
  return seen[0] as LabelledMatrix;
}

/** Sums of values by session and class. */
function sums({ labels, sessions }: LabelledMatrix, values: ArrayLike<number>): Map<string, number> {
  const found = new Map<string, number>();
  labels.forEach((label, row) => {
    const key = `${sessions[row]} ${label}`;
    found.set(key, (found.get(key) ?? 0) + (values[row] as number));
  });
  return found;
}

describe('the weight of a row that is learnt from', () => {
  let rows: LabelledMatrix;
  beforeAll(async () => {
    rows = await given(Number.POSITIVE_INFINITY);
  });
  const uniqueness = Float64Array.from(labelled, (row) => data.weights[row] as number);

  it('follows how alone its label stands, within a session and class', () => {
    expect(new Set(uniqueness.map((value) => Math.round(1000 * value))).size).toBeGreaterThan(20);
    const [own, alone] = [sums(rows, rows.weights), sums(rows, uniqueness)];
    rows.weights.forEach((weight, row) => {
      const key = `${rows.sessions[row]} ${rows.labels[row]}`;
      const share = own.get(key) as number;
      expect(weight / share).toBeCloseTo((uniqueness[row] as number) / (alone.get(key) as number), 12);
    });
  });

  it('is its uniqueness for HOLD, and the same for both directions of a session together', () => {
    const own = sums(rows, rows.weights);
    rows.labels.forEach((label, row) => {
      if (label === HOLD) expect(rows.weights[row]).toBeCloseTo(uniqueness[row] as number, 12);
    });
    for (const session of new Set(rows.sessions)) {
      expect(own.get(`${session} ${BUY}`)).toBeGreaterThan(0);
      expect(own.get(`${session} ${SELL}`)).toBeCloseTo(own.get(`${session} ${BUY}`) as number, 12);
    }
  });

  it('halves with every half-life of sessions, where one is asked for', async () => {
    const aged = await given(2);
    const newest = Math.max(...aged.sessions);
    aged.weights.forEach((weight, row) => {
      const age = newest - (aged.sessions[row] as number);
      expect(weight).toBeCloseTo((rows.weights[row] as number) * 0.5 ** (age / 2), 12);
    });
  });
});
