import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../../../../shared/domain/audit/leaf-hash.ts';
import { QUALITY_FLAGS } from '../../../../shared/domain/market/quality/finding.ts';
import { givenOf, givenVector } from '../../../../shared/domain/scoring/given.ts';
import { inputHash } from '../../../../shared/domain/scoring/input-hash.ts';
import { recommend } from '../../../../shared/domain/scoring/recommend.ts';
import { recommendationSchema } from '../../../../shared/domain/scoring/recommendation.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';
import { NAMES, scoringCase, VALUES } from './scoring-case.ts';

const value = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

describe('what a record keeps of a posted vector', () => {
  it('comes back bit for bit through JSON, the regime it was scored by as well', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 6, maxLength: 6 }),
        fc.option(fc.array(chance, { minLength: 1, maxLength: 4 })),
        fc.nat({ max: 375 }),
        fc.subarray([...QUALITY_FLAGS]),
        fc.constantFrom('features' as const, 'window' as const),
        (values, state, rows, qualityFlags, as) => {
          const given = givenOf(as, { names: NAMES, values, qualityFlags }, { state, rows });
          const written = JSON.parse(JSON.stringify(aRecommendation({ ...given })));
          const back = givenVector(recommendationSchema.parse(written), 'tracker-v2', NAMES)!;
          expect([...back.vector.values]).toEqual(values.map((one) => (Object.is(one, -0) ? 0 : one)));
          const positive = state?.map((one) => (Object.is(one, -0) ? 0 : one));
          expect(back.before).toEqual({ state: positive ?? null, rows });
          expect(back.as).toBe(as);
          expect(back.vector.quality_flags).toEqual(qualityFlags);
        },
      ),
    );
  });

  it('leaves missing values out', () => {
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, 4, 5, 6];
    const { given_features } = givenOf('features', { names: NAMES, values, qualityFlags: [] }, null);
    expect(given_features).toEqual({
      pcr_total_oi: 1,
      atm_iv: 'Infinity',
      futures_premium: 4,
      realized_vol_5m: 5,
      breadth: 6,
    });
  });

  it('is nothing in an answer on rows that the loop keeps: its leaf is as it was before there was any', () => {
    const kept = recommend(scoringCase());
    expect('given_features' in kept || 'given_state' in kept).toBe(false);
    const {
      given_features: _,
      given_state: _state,
      ...older
    } = recommend(scoringCase({ given: 'features' }));
    expect(leafHash(older)).toBe(leafHash(kept));
    expect(givenVector(aRecommendation(), 'tracker-v2', NAMES)).toBeUndefined();
  });

  it('is nothing where there was no vector', () => {
    const none = recommend(scoringCase({ given: 'window', features: null, output: null }));
    expect('given_features' in none || 'given_state' in none).toBe(false);
  });
});

describe('the name of an answer', () => {
  const asked = { exchange: 'NSE', target: 'tb15', timestamp: 't', feature_set: 's', model_version: 'm' };
  it('on posted features is that of the same row from the window', () => {
    expect(recommend(scoringCase({ given: 'features' })).id).toBe(recommend(scoringCase()).id);
  });

  it('on a posted window tells where the regime filter stood', () => {
    const of = (regime?: { state: number[] | null; rows: number }) =>
      inputHash({ ...asked, values: VALUES, regime });
    const names = [of(), of({ state: null, rows: 0 }), of({ state: [0.5, 0.5], rows: 9 })];
    expect(new Set([...names, of({ state: [0.5, 0.5], rows: 10 })]).size).toBe(4);
    expect(of()).toBe(inputHash({ ...asked, values: VALUES }));
  });
});
