import { describe, expect, test } from 'vitest';
import { shownNumbers } from '../../../../shared/domain/alerts/wording.ts';

describe('numbers of a message', () => {
  test.each([
    ['p99_us', 106_958.75, '99th percentile', '107 ms'],
    ['p50_us', 1234, '50th percentile', '1.2 ms'],
    ['limit_us', 50_000, 'limit', '50 ms'],
    ['drawdown_rupees', 25_000.123, 'drawdown', '25000 rupees'],
    ['pnl_rupees', -5000.4, 'profit and loss', '-5000 rupees'],
    ['age_seconds', 301.2, 'age', '301 seconds'],
    ['age_seconds', 1, 'age', '1 second'],
    ['flagged_share', 0.225, 'flagged', '23 %'],
    ['flagged_share', 0.015, 'flagged', '1.5 %'],
    ['failed_rules', 1, 'failed rules', '1'],
    ['scored_requests', 60, 'scored requests', '60'],
    ['chain-v3', 3, 'chain-v3', '3'],
    ['anything', 1.23456, 'anything', '1.23'],
    ['operator', 'asha_k', 'operator', 'asha_k'],
  ])('%s %s', (name, value, words, shown) =>
    expect(shownNumbers({ [name]: value })).toEqual([[words, shown]]),
  );
});
