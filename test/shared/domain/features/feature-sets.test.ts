import { describe, expect, it } from 'vitest';
import { CHAIN_V3 } from '../../../../shared/domain/features/chain-v3/chain-v3.ts';
import { FEATURE_SETS, featureSetById } from '../../../../shared/domain/features/feature-sets.ts';
import { TRACKER_V2 } from '../../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { NotFound } from '../../../../shared/errors.ts';

describe('the feature sets', () => {
  it('are found by their id', () => {
    expect(featureSetById('tracker-v2')).toBe(TRACKER_V2);
    expect(featureSetById('chain-v3')).toBe(CHAIN_V3);
  });

  it('that are unknown are refused with the known ones', () => {
    expect(() => featureSetById('tracker-v1')).toThrow(NotFound);
    expect(() => featureSetById('tracker-v1')).toThrow(
      'feature set: expected one of tracker-v2, chain-v3, tracker-v2-prices, was tracker-v1',
    );
  });

  it('have ids that differ, and hold at most an hour before now', () => {
    expect(new Set(FEATURE_SETS.map(({ id }) => id)).size).toBe(FEATURE_SETS.length);
    for (const { windowMinutes, requiredHistoryMinutes } of FEATURE_SETS) {
      expect(windowMinutes).toBeLessThanOrEqual(61);
      expect(requiredHistoryMinutes).toBeLessThanOrEqual(windowMinutes);
    }
  });
});
