import { expect, test } from 'vitest';
import { areChances } from '../../../../shared/domain/scoring/are-chances.ts';

test.each([
  [[0.2, 0.3, 0.5], true],
  [[0, 1, 0], true],
  [[0.2, 0.3, 0.5 + 9e-7], true],
  [[0.2, 0.3, 0.5 + 3e-6], false],
  [[-0.1, 0.6, 0.5], false],
  [[1.5, -0.25, -0.25], false],
  [[Number.NaN, 0.5, 0.5], false],
  [[Number.POSITIVE_INFINITY, 0, 0], false],
  [[], false],
])('%j: %s', (values, expected) => {
  expect(areChances(values)).toBe(expected);
});
