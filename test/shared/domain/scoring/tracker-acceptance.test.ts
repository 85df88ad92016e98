import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { recommend } from '../../../../shared/domain/scoring/recommend.ts';
import { scoredSignals, trackerAcceptance } from '../../../../shared/domain/scoring/tracker-acceptance.ts';
import { LIVE, OUTPUT, scoringCase } from './scoring-case.ts';

const { kelly } = riskPolicy();

describe("a bundle's own scores as signals", () => {
  test('are sized as its answers are', () => {
    const triple = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(triple, ([first, second]) => {
        const [low, high] = [Math.min(first, second), Math.max(first, second)];
        const probabilities = { sell: low, hold: high - low, buy: 1 - high };
        const answer = recommend(scoringCase({ output: { ...OUTPUT, probabilities } }));
        const columns = { sell: [low], hold: [high - low], buy: [1 - high] };
        const [signal] = scoredSignals(columns, LIVE.decision, kelly);
        expect(signal?.kellyFull ?? 0).toBe(answer.kelly_full);
        if (signal !== undefined) expect(signal.confidence).toBe(answer.confidence);
      }),
    );
  });
  test('too few measured trades leave none', () => {
    const columns = { sell: [0.1], hold: [0.1], buy: [0.8] };
    expect(scoredSignals(columns, LIVE.decision, kelly)).toHaveLength(1);
    expect(scoredSignals(columns, { ...LIVE.decision, trades: 1 }, kelly)).toEqual([]);
  });
});

test('acceptance counts each threshold, and both', () => {
  const signals = [
    { confidence: 0.6, kellyFull: 0.2 },
    { confidence: 0.9, kellyFull: 0.1 },
    { confidence: 0.5, kellyFull: 0.4 },
  ];
  expect(trackerAcceptance(signals, { min_confidence: 0.6, min_kelly: 0.2 })).toEqual({
    ...{ signals: 3, confident: 2, sized: 2, accepted: 1, highestConfidence: 0.9, highestKelly: 0.4 },
  });
  expect(trackerAcceptance([], { min_confidence: 0.6, min_kelly: 0.2 })).toMatchObject({
    ...{ signals: 0, accepted: 0, highestConfidence: null, highestKelly: null },
  });
});
