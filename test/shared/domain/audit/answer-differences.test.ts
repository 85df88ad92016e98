import { expect, it } from 'vitest';
import { answerDifferences } from '../../../../shared/domain/audit/answer-differences.ts';
import { seal } from '../../../../shared/domain/audit/leaf-hash.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';

const recorded = aRecommendation();

it('finds nothing between an answer and itself after a round trip through JSON', () => {
  expect(answerDifferences(recorded, JSON.parse(JSON.stringify(recorded)))).toEqual([]);
  const infinite = aRecommendation({ features_summary: { vix: 'Infinity' } });
  const unwritten = { ...infinite, features_summary: { vix: Number.POSITIVE_INFINITY } };
  expect(answerDifferences(infinite, unwritten)).toEqual([]);
});

it('names the number that is one bit off, and the hash that stands for all', () => {
  const replayed = seal({ ...recorded, confidence: 0.6000000000000001 });
  expect(answerDifferences(recorded, replayed)).toEqual([
    { field: 'confidence', recorded: 0.6, replayed: 0.6000000000000001 },
    { field: 'leaf_hash', recorded: recorded.leaf_hash, replayed: replayed.leaf_hash },
  ]);
});

it('names what only one side has, in lists and records', () => {
  const replayed = {
    ...recorded,
    risk_flags: ['no_edge' as const],
    regime_probabilities: [0.2],
    probabilities: null,
  };
  expect(answerDifferences(recorded, replayed)).toEqual([
    { field: 'probabilities', recorded: { sell: 0.2, hold: 0.2, buy: 0.6 }, replayed: null },
    { field: 'regime_probabilities.1', recorded: 0.8, replayed: null },
    { field: 'risk_flags.0', recorded: null, replayed: 'no_edge' },
  ]);
});
