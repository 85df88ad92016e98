import { describe, expect, it } from 'vitest';
import { featureConfig, parseFeatures } from '../../../shared/config/features.ts';
import { FEATURE_SETS } from '../../../shared/domain/features/feature-sets.ts';
import { TRACKER_V2_PRICES } from '../../../shared/domain/features/tracker-v2/with-prices.ts';

const FILE = {
  schema: 1,
  live: ['tracker-v2', 'chain-v3'],
  lake: ['tracker-v2', 'chain-v3'],
  training: 'tracker-v2',
};

describe('config/features.json', () => {
  it('makes every set live and in the lake but the one for models that the tracker made, and trains on the tracker’s', () => {
    const { live, lake, training } = featureConfig();
    const own = FEATURE_SETS.filter((set) => set !== TRACKER_V2_PRICES);
    expect([live, lake]).toEqual([own, own]);
    expect(training.id).toBe('tracker-v2');
  });
});

describe('parseFeatures', () => {
  it('gives the sets themselves', () => {
    const { live, training } = parseFeatures({ ...FILE, live: ['chain-v3'], training: 'chain-v3' });
    expect([live.map(({ id }) => id), training]).toEqual([['chain-v3'], live[0]]);
  });

  it.each([
    [
      'an unknown set',
      { live: ['tracker-v9'] },
      /live\.0: expected one of tracker-v2, chain-v3, tracker-v2-prices, was "tracker-v9"/,
    ],
    [
      'an unknown training set',
      { training: 'v3' },
      /training: expected one of tracker-v2, chain-v3, tracker-v2-prices, was "v3"/,
    ],
    [
      'a training set that is not live',
      { live: ['chain-v3'] },
      /training: expected one of live, was "tracker-v2"/,
    ],
    ['a training set that is not in the lake', { lake: ['chain-v3'] }, /training: expected one of lake/],
    ['a set twice', { lake: ['tracker-v2', 'tracker-v2'] }, /lake: expected each feature set once/],
    ['no live set', { live: [] }, /live: /],
    ['a misspelt key', { trainig: 'x' }, /trainig/],
  ])('refuses %s', (_, change, message) => {
    expect(() => parseFeatures({ ...FILE, ...change })).toThrow(message);
    expect(() => parseFeatures({ ...FILE, ...change })).toThrow(/^config\/features\.json: /);
  });
});
