import { describe, expect, test } from 'vitest';
import { parseTraining, trainingPolicy } from '../../../shared/config/training.ts';
import { MODEL_FAMILIES } from '../../../shared/domain/training/families.ts';

describe('training policy', () => {
  test('trains the production family unless a night names another', () => {
    expect(trainingPolicy().family).toBe('lightgbm');
    expect(Object.keys(trainingPolicy().parameters).sort()).toEqual([...MODEL_FAMILIES].sort());
  });

  test.each([
    [
      'family',
      { family: 'catboost' },
      'family: expected one of lightgbm, xgboost, linear, stacked, was "catboost"',
    ],
    ['family of parameters', { parameters: { lightgbm: {} } }, /training.json: parameters.xgboost: /],
    [
      'parameter',
      { parameters: { lightgbm: { max_depth: null }, xgboost: {}, linear: {}, stacked: {} } },
      /max_depth/,
    ],
    ['key', { searching: {} }, /training.json: .*searching/],
    ['search', { search: { configurations: 0, rivals: [], budget_seconds: 60 } }, /search.configurations/],
    ['half-life', { recency_half_life_sessions: 0 }, /recency_half_life_sessions/],
    ['rival', { search: { configurations: 2, rivals: ['catboost'], budget_seconds: 60 } }, /search.rivals.0/],
  ])('a wrong %s is refused by name', (_, changes, message) => {
    expect(() => parseTraining({ ...trainingPolicy(), ...changes })).toThrow(message);
  });

  test('takes parameters by the names of each family', () => {
    const stacked = { 'lightgbm.num_leaves': 7 };
    const parameters = { lightgbm: { num_leaves: 7 }, xgboost: { eta: 0.1 }, linear: { l2: 0.5 }, stacked };
    expect(parseTraining({ ...trainingPolicy(), parameters }).parameters).toEqual(parameters);
  });
});
