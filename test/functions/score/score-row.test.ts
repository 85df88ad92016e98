import { describe, expect, it } from 'vitest';
import type { ScoreQuestion } from '../../../functions/score/answer-question.ts';
import { unusableModel } from '../../../functions/score/bundle-model.ts';
import { scoreRow } from '../../../functions/score/score-row.ts';
import { CHAIN_V3 } from '../../../shared/domain/features/chain-v3/chain-v3.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aFeatureRow } from '../../factories/rows.ts';

const row = aFeatureRow(5);
const asked = { exchange: 'NSE', timestamp: row.timestamp } as const;

/** The use-case over a window that has one tracker-v2 row, with a live bundle of the given set. */
function stageWith(live: typeof TRACKER_V2) {
  const recorded: Recommendation[] = [];
  const questions: ScoreQuestion[] = [];
  const answer = scoreRow({
    target: 'tb15',
    window: {
      featureRow: async (exchange, date, set, ms) =>
        [exchange, date, set, ms].join() ===
        ['NSE', '2025-12-04', 'tracker-v2', Date.parse(row.timestamp)].join()
          ? row
          : undefined,
    },
    score: async (question) => {
      questions.push(question);
      const asked = await question.vectorFor(unusableModel(live, null));
      return aRecommendation({ feature_set: asked?.vector.feature_set ?? null });
    },
    record: async (one) => {
      recorded.push(one);
      return one;
    },
  });
  return { answer, recorded, questions };
}

describe('scoreRow', () => {
  it('answers on the row of the live set, and records the answer', async () => {
    const { answer, recorded, questions } = stageWith(TRACKER_V2);
    const given = await answer(asked);
    expect(given?.feature_set).toBe('tracker-v2');
    expect(recorded).toEqual([given]);
    expect(questions).toMatchObject([{ exchange: 'NSE', target: 'tb15' }]);
  });

  it('answers nothing, and records nothing, where the live set has no row of the moment', async () => {
    const { answer, recorded } = stageWith(CHAIN_V3);
    expect(await answer(asked)).toBeUndefined();
    expect(recorded).toEqual([]);
  });
});
