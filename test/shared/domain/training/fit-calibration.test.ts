import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CALIBRATION_KINDS,
  type CalibrationKind,
  calibrate,
  forRegimeStates,
  IDENTITY,
  type ScoredRows,
} from '../../../../shared/domain/training/calibration.ts';
import { fitCalibration, fitCalibrations } from '../../../../shared/domain/training/fit-calibration.ts';
import { expectedCalibrationError } from '../../../../shared/stats/expected-calibration-error.ts';
import { affine, oneFold } from '../../../factories/distorted-scores.ts';

const STATES = 3;
const score = fc.double({ min: -12, max: 12, noNaN: true });
const row = fc.record({
  scores: fc.tuple(score, score, score),
  label: fc.integer({ min: 0, max: 2 }),
  weight: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 3, noNaN: true })),
  chances: fc.tuple(...Array.from({ length: STATES }, () => fc.double({ min: 0, max: 1 }))),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const rowsOf = (rows: readonly Row[]): ScoredRows => ({
  rawScores: Float64Array.from(rows.flatMap(({ scores }) => scores)),
  labels: Int32Array.from(rows, ({ label }) => label),
  weights: Float64Array.from(rows, ({ weight }) => weight),
  regimes: { states: STATES, chances: Float64Array.from(rows.flatMap(({ chances }) => chances)) },
});

const distorted = (sessions: number, seed: number, regimes: readonly (readonly [number, number])[]) =>
  oneFold({
    sessions,
    rowsPerSession: 100,
    seed,
    truth: { ...affine(1), regimes: regimes.map(([scale, hold]) => affine(scale, hold)) },
  });

/** Of each regime's rows, by the likeliest state. */
function errors(rows: ScoredRows, probabilities: Float64Array): number[] {
  const { states, chances } = rows.regimes!;
  return Array.from({ length: states }, (_, state) => {
    const own = Array.from(rows.labels.keys()).filter((at) => chances[at * states + state]! > 0.5);
    const stated = own.flatMap((at) => [...probabilities.subarray(3 * at, 3 * at + 3)]);
    return expectedCalibrationError(
      stated,
      own.map((at) => rows.labels[at]!),
      3,
    );
  });
}

describe('every kind of calibration', () => {
  it.each(CALIBRATION_KINDS)('answers with probabilities, whatever it was fitted to: %s', (kind) => {
    const probe = fc.array(row, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), probe, (learnt, asked) => {
        const calibration = fitCalibration(rowsOf(learnt), kind);
        const { rawScores, regimes } = rowsOf(asked);
        const probabilities = calibrate(rawScores, calibration, regimes);
        for (let at = 0; at < asked.length; at += 1) {
          const own = [...probabilities.subarray(3 * at, 3 * at + 3)];
          expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
          expect(own.every((value) => value > 0 && value < 1)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(CALIBRATION_KINDS)('does not depend on the order of the rows: %s', (kind) => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (rows, keys) => {
          const turned = rows.map((one) => ({ one, key: keys.next().value as number }));
          turned.sort((a, b) => a.key - b.key);
          const probe = rowsOf(rows);
          const answers = [rows, turned.map(({ one }) => one)].map((learnt) =>
            calibrate(probe.rawScores, fitCalibration(rowsOf(learnt), kind), probe.regimes),
          );
          answers[0]!.forEach((value, at) => {
            expect(Math.abs(value - answers[1]![at]!)).toBeLessThan(1e-9);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(CALIBRATION_KINDS)(
    'takes no side: SELL and BUY exchanged are exchanged in the answer: %s',
    (kind) => {
      const rows = distorted(6, 3, [
        [0.5, 0.4],
        [1.4, -0.4],
        [1, 0],
      ]);
      // A market that went up: most moves were BUY, whatever the scores said.
      const risen: ScoredRows = {
        ...rows,
        labels: rows.labels.map((label, at) => (label === 0 && at % 3 > 0 ? 2 : label)),
      };
      const exchange = (values: Float64Array) =>
        values.map((_, at) => values[at - (at % 3) + 2 - (at % 3)] as number);
      const fallen: ScoredRows = {
        ...risen,
        rawScores: exchange(risen.rawScores),
        labels: risen.labels.map((label) => 2 - label),
      };
      const up = calibrate(risen.rawScores, fitCalibration(risen, kind), risen.regimes);
      const down = exchange(calibrate(fallen.rawScores, fitCalibration(fallen, kind), fallen.regimes));
      up.forEach((value, at) => {
        expect(Math.abs(value - down[at]!)).toBeLessThan(1e-9);
      });
      // Scores that name no direction get none.
      const torn = calibrate(Float64Array.of(0.3, -0.2, 0.3), fitCalibration(risen, kind));
      expect(torn[0]).toBeCloseTo(torn[2]!, 12);
    },
  );

  it('keeps the order of what is stated, within a regime', () => {
    const rows = distorted(20, 5, [
      [0.5, 0.4],
      [1.4, -0.4],
    ]);
    for (const kind of CALIBRATION_KINDS) {
      const calibration = fitCalibration(rows, kind);
      const sure = { states: 2, chances: [1, 0] };
      let before = 0;
      for (let at = -4; at <= 4; at += 0.25) {
        const hold = calibrate(Float64Array.of(0, at, 0), calibration, sure)[1] as number;
        expect(hold).toBeGreaterThanOrEqual(before);
        before = hold;
      }
    }
  });

  it('is fitted all at once as it is one by one', () => {
    const rows = distorted(5, 6, [
      [0.5, 0],
      [1.5, 0],
    ]);
    const all = fitCalibrations(rows, 2);
    for (const kind of CALIBRATION_KINDS) expect(all[kind]).toEqual(fitCalibration(rows, kind, 2));
  });

  it('is the identity on nothing', () => {
    for (const kind of CALIBRATION_KINDS) expect(fitCalibration(rowsOf([]), kind)).toEqual(IDENTITY);
  });
});

describe('a calibration per regime', () => {
  const truth = [
    [0.3, 0.5],
    [0.8, -0.6],
    [1.2, 0],
    [2, 0.8],
  ] as const;
  const learnt = distorted(150, 7, truth);
  const fresh = distorted(150, 8, truth);
  const kinds: CalibrationKind[] = ['platt per regime', 'isotonic per regime'];

  it.each(kinds)(
    'corrects what is distorted in each regime its own way, on rows it has not seen: %s',
    (kind) => {
      const before = errors(fresh, calibrate(fresh.rawScores, IDENTITY));
      const common = errors(fresh, calibrate(fresh.rawScores, fitCalibration(learnt, 'platt')));
      const after = errors(fresh, calibrate(fresh.rawScores, fitCalibration(learnt, kind), fresh.regimes));
      // 3750 rows in 10 bins: an error of 0.02 is noise.
      expect(Math.max(...after)).toBeLessThan(0.03);
      expect(Math.max(...before)).toBeGreaterThan(0.08);
      expect(Math.max(...common)).toBeGreaterThan(0.06);
    },
  );

  it('finds the parameters of each regime again, though no row is sure of its regime', () => {
    const { regimes } = fitCalibration(learnt, 'platt per regime');
    regimes!.forEach(({ scale, bias }, state) => {
      expect(Math.abs(scale[0]! - truth[state]![0])).toBeLessThan(0.25);
      expect(Math.abs(bias[1]! - truth[state]![1])).toBeLessThan(0.25);
    });
  });

  it('stays with what is common in a regime without rows, and near it with few', () => {
    const none = distorted(20, 9, [[0.5, 0.5]]);
    const states = 4;
    const chances = Float64Array.from({ length: states * none.labels.length }, (_, at) =>
      at % states === 1 ? 1 : 0,
    );
    const rows = { ...none, regimes: { states, chances } };
    const calibration = fitCalibration(rows, 'platt per regime');
    for (const state of [0, 2, 3]) {
      expect(calibration.regimes![state]!.scale[0]).toBeCloseTo(calibration.scale[0]!, 9);
      expect(calibration.regimes![state]!.bias[1]).toBeCloseTo(calibration.bias[1]!, 9);
    }
    // Three rows of another world move it a little.
    chances.set([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    const few = fitCalibration(rows, 'platt per regime');
    expect(Math.abs(few.regimes![0]!.scale[0]! - few.scale[0]!)).toBeLessThan(0.15);
    expect(Math.abs(few.regimes![0]!.bias[1]! - few.bias[1]!)).toBeLessThan(0.2);
  });

  it.each(kinds)('moves smoothly from regime to regime: %s', (kind) => {
    const calibration = fitCalibration(learnt, kind);
    const scores = Float64Array.of(0.4, -0.3, 1.1);
    const at = (share: number) =>
      calibrate(scores, calibration, { states: 4, chances: [share, 0, 0, 1 - share] })[2] as number;
    let [last, largest] = [at(0), 0];
    for (let share = 0.001; share <= 1; share += 0.001) {
      largest = Math.max(largest, Math.abs(at(share) - last));
      last = at(share);
    }
    expect(Math.abs(at(1) - at(0))).toBeGreaterThan(0.1);
    expect(largest).toBeLessThan(0.003);
  });

  it.each(kinds)('is the plain kind where no regime is known: %s', (kind) => {
    const calibration = fitCalibration(learnt, kind);
    const plain = fitCalibration(learnt, kind === 'platt per regime' ? 'platt' : 'isotonic');
    expect(calibrate(fresh.rawScores, calibration)).toEqual(calibrate(fresh.rawScores, plain));
    expect(forRegimeStates(calibration, 3)).toEqual(plain);
    expect(forRegimeStates(calibration, 4)).toBe(calibration);
    expect(forRegimeStates(plain, 3)).toBe(plain);
  });
});
