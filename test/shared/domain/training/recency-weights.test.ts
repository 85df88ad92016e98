import { expect, it } from 'vitest';
import { recencyWeights } from '../../../../shared/domain/training/recency-weights.ts';

const SESSIONS = ['2026-02-02', '2026-02-03', '2026-02-03', '2026-02-06'];

it('halves with every half-life of sessions, by session and not by calendar', () => {
  expect([...recencyWeights(SESSIONS, 1)]).toEqual([0.25, 0.5, 0.5, 1]);
  expect([...recencyWeights(SESSIONS, 2)]).toEqual([0.5, 0.5 ** 0.5, 0.5 ** 0.5, 1]);
});

it('weighs all alike without decay', () => {
  expect([...recencyWeights(SESSIONS, Number.POSITIVE_INFINITY)]).toEqual([1, 1, 1, 1]);
  expect([...recencyWeights([], 3)]).toEqual([]);
});
