import { describe, expect, it } from 'vitest';
import { observationsOf, withLabel } from '../../../models/candidate/observations.ts';
import { fitRegime, regimeChances } from '../../../models/candidate/regime.ts';
import { scoredRows } from '../../../models/candidate/walk-forward.ts';
import { marketRows } from '../../factories/market-rows.ts';

const data = observationsOf(marketRows({ sessions: 6, rowsPerSession: 80, features: 9, edge: 0.5, seed: 4 }));
const rows = withLabel(data, Int32Array.from(data.sessions.keys())).filter((row) => row >= 160);
const hmm = fitRegime(
  data,
  Int32Array.from(data.sessions.keys()).filter((row) => row < 160),
  2,
  1,
);
const chances = regimeChances(data, hmm);
const scored = scoredRows(data, { rows, rawScores: new Float64Array(3 * rows.length) }, { hmm, chances });

describe('rows for calibration', () => {
  it('count alike, and together as many as their labels are worth', () => {
    expect(new Set(scored.weights).size).toBe(1);
    const worth = rows.reduce((sum, row) => sum + data.weights[row]!, 0);
    expect(scored.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(worth, 9);
    expect(worth).toBeLessThan(rows.length);
    // Not so by row: what is stated of HOLD would not come true.
    expect(new Set(rows.map((row) => data.weights[row]! * 1e6)).size).toBeGreaterThan(1);
  });

  it('bring their classes, sessions and regime chances', () => {
    expect(scored.regimes.states).toBe(hmm.states);
    [0, 50, rows.length - 1].forEach((at) => {
      const row = rows[at]!;
      expect(scored.labels[at]).toBe(data.classes[row]);
      expect(scored.sessions[at]).toBe(data.sessions[row]);
      for (let state = 0; state < hmm.states; state += 1) {
        expect(scored.regimes.chances[at * hmm.states + state]).toBe(chances[row * hmm.states + state]);
      }
    });
  });
});
