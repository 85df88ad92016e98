import { describe, expect, it } from 'vitest';
import { magnitudeInShort } from '../../../../../shared/domain/training/magnitude/in-short.ts';

describe('a magnitude in short', () => {
  it('says how its squared error stands beside the naive forecasts', () => {
    expect(magnitudeInShort({ r2: 0.0362, r2_against_volatility: -0.1908 }, null)).toBe(
      'Out of fold its squared error is 3.6 % less than that of the mean and 19.1 % more than that of the recent ' +
        'volatility: it says no more than the volatility does.',
    );
  });

  it('says the same of the sessions kept back, and concludes from the rows out of fold', () => {
    const heldOut = { r2: -0.2, r2_against_volatility: -0.3 };
    expect(magnitudeInShort({ r2: 0.1, r2_against_volatility: 0.05 }, heldOut)).toBe(
      'Out of fold its squared error is 10.0 % less (in the sessions kept back 20.0 % more) than that of the mean and ' +
        '5.0 % less (in the sessions kept back 30.0 % more) than that of the recent volatility: it says more than the ' +
        'volatility does.',
    );
  });

  it('claims nothing beside a naive forecast that was exact, or as good', () => {
    expect(magnitudeInShort({ r2: null, r2_against_volatility: null }, null)).toBe(
      'Out of fold its squared error is not less than that of the mean and not less than that of the recent ' +
        'volatility: it says no more than the volatility does.',
    );
    expect(magnitudeInShort({ r2: 0, r2_against_volatility: 0 }, null)).toContain(
      '0.0 % less than that of the recent volatility: it says no more',
    );
  });
});
