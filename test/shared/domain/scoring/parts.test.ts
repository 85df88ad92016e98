import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../../shared/domain/scoring/canonical-json.ts';
import { chooseContract } from '../../../../shared/domain/scoring/contract.ts';
import { decide } from '../../../../shared/domain/scoring/decide.ts';
import { featureValue, topDrivers } from '../../../../shared/domain/scoring/drivers.ts';
import { inputHash } from '../../../../shared/domain/scoring/input-hash.ts';
import { probabilitiesSchema } from '../../../../shared/domain/scoring/recommendation.ts';
import { recommendationId } from '../../../../shared/domain/scoring/recommendation-id.ts';
import { referenceProfileSchema } from '../../../../shared/domain/scoring/reference.ts';
import { winProbability } from '../../../../shared/domain/scoring/win-probability.ts';
import { CHAIN, NAMES, REFERENCE, TIMESTAMP_MS, VALUES } from './scoring-case.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const classes = fc
  .tuple(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 0, max: 1000 }),
  )
  .map(([a, b, c]) => ({ sell: a / (a + b + c), hold: b / (a + b + c), buy: c / (a + b + c) }));

describe('decide', () => {
  const thresholds = { buy: 0.5, sell: 0.4 };
  test.each([
    [{ sell: 0.2, hold: 0.2, buy: 0.6 }, 'BUY', 0.6],
    [{ sell: 0.45, hold: 0.3, buy: 0.25 }, 'SELL', 0.45],
    [{ sell: 0.2, hold: 0.31, buy: 0.49 }, 'HOLD', 0.31],
    [{ sell: 0.1, hold: 0.4, buy: 0.5 }, 'BUY', 0.5],
    [{ sell: 0.45, hold: 0.1, buy: 0.45 }, 'HOLD', 0.1],
  ])('%o is %s', (probabilities, action, confidence) =>
    expect(decide({ probabilities, thresholds })).toEqual({ action, confidence }),
  );
  test('what acts reached its threshold and beat the other side', () => {
    fc.assert(
      fc.property(classes, unit, unit, (probabilities, buy, sell) => {
        expect(probabilitiesSchema.safeParse(probabilities).success).toBe(true);
        const { action, confidence } = decide({ probabilities, thresholds: { buy, sell } });
        if (action === 'BUY') expect(confidence >= buy && confidence > probabilities.sell).toBe(true);
        if (action === 'SELL') expect(confidence >= sell && confidence > probabilities.buy).toBe(true);
        if (action === 'HOLD') expect(confidence).toBe(probabilities.hold);
      }),
    );
  });
  test('probabilities that do not add up are refused', () =>
    expect(probabilitiesSchema.safeParse({ sell: 0.5, hold: 0.5, buy: 0.5 }).success).toBe(false));
});

describe('win probability', () => {
  test('win probability is given that a barrier decides', () => {
    expect(winProbability('BUY', { sell: 0.2, hold: 0.2, buy: 0.6 })).toBeCloseTo(0.75, 12);
    expect(winProbability('SELL', { sell: 0.2, hold: 0.2, buy: 0.6 })).toBeCloseTo(0.25, 12);
    expect(winProbability('HOLD', { sell: 0.2, hold: 0.2, buy: 0.6 })).toBe(0);
    expect(winProbability('BUY', { sell: 0, hold: 1, buy: 0 })).toBe(0);
  });
});

describe('drivers', () => {
  const shap = [0.1, -0.9, 0.3, 0, 0.2, -0.05];
  const drivers = topDrivers(shap, NAMES, VALUES, REFERENCE);
  test('the five strongest, strongest first', () =>
    expect(drivers.map((one) => one.feature)).toEqual([
      'vix',
      'atm_iv',
      'realized_vol_5m',
      'pcr_total_oi',
      'breadth',
    ]));
  test('say how unusual their value is', () => {
    expect(drivers[0]).toMatchObject({ value: 11.2, shap: -0.9 });
    expect(drivers[0]?.zscore).toBeCloseTo(2, 12);
    expect(drivers[4]?.zscore).toBeNull();
  });
  test('missing, infinite and unknown values have no z-score', () => {
    const odd = topDrivers(
      [3, 2, 1],
      ['vix', 'atm_iv', 'regime_0'],
      [Number.NaN, Number.POSITIVE_INFINITY, 1],
      REFERENCE,
    );
    expect(odd.map((one) => [one.value, one.zscore])).toEqual([
      [null, null],
      ['Infinity', null],
      [1, null],
    ]);
    expect(featureValue(Number.NEGATIVE_INFINITY)).toBe('-Infinity');
  });
  test('columns that do not belong together are our mistake', () =>
    expect(() => topDrivers([1], NAMES, VALUES, REFERENCE)).toThrow(
      'expected 6 contributions and values, was 1 and 6',
    ));
  test('the reference profile holds together', () => {
    expect(referenceProfileSchema.safeParse(REFERENCE).success).toBe(true);
    const [first] = REFERENCE.features;
    expect(
      referenceProfileSchema.safeParse({ ...REFERENCE, features: [{ ...first, edges: [1, 1] }] }).success,
    ).toBe(false);
    expect(
      referenceProfileSchema.safeParse({ ...REFERENCE, features: [{ ...first, edges: [0, 1] }] }).success,
    ).toBe(false);
  });
});

describe('contract', () => {
  const atTheMoney = { chain: 'NSE_MONTHLY', strikes_in_the_money: 0, max_age_seconds: 180 } as const;
  const choose = (
    action: 'BUY' | 'SELL' | 'HOLD',
    change = {},
    snapshot: typeof CHAIN | null = CHAIN,
    ageMs = 0,
  ) => {
    const chain = snapshot && { snapshot, strikeStep: 50 };
    return chooseContract(action, chain, { ...atTheMoney, ...change }, TIMESTAMP_MS + ageMs)?.symbol ?? null;
  };
  test('calls for BUY, puts for SELL, nothing for HOLD', () => {
    expect(choose('BUY')).toBe('NIFTY26JAN26050CE');
    expect(choose('SELL')).toBe('NIFTY26JAN26050PE');
    expect(choose('HOLD')).toBeNull();
  });
  test('in the money is below for calls, above for puts', () => {
    expect(choose('BUY', { strikes_in_the_money: 2 })).toBe('NIFTY26JAN25950CE');
    expect(choose('SELL', { strikes_in_the_money: 2 })).toBe('NIFTY26JAN26150PE');
    expect(choose('BUY', { strikes_in_the_money: -1 })).toBe('NIFTY26JAN26100CE');
  });
  test('off the ladder it is the nearest in the money, at the money there is none', () => {
    expect(choose('BUY', { strikes_in_the_money: 3 })).toBe('NIFTY26JAN26000CE');
    expect(choose('SELL', { strikes_in_the_money: 3 })).toBe('NIFTY26JAN26100PE');
    expect(choose('BUY', {}, { ...CHAIN, atm_strike: 26075 })).toBeNull();
  });
  test('a stale, foreign or missing chain gives none', () => {
    expect(choose('BUY', {}, CHAIN, 180_000)).not.toBeNull();
    expect(choose('BUY', {}, CHAIN, 180_001)).toBeNull();
    expect(choose('BUY', { chain: 'NSE' })).toBeNull();
    expect(choose('BUY', {}, null)).toBeNull();
  });
  test('a leg without a price gives none', () => {
    const silent = (ltp: number | null) => ({ ...CHAIN, legs: CHAIN.legs.map((leg) => ({ ...leg, ltp })) });
    expect(choose('BUY', {}, silent(null))).toBeNull();
    expect(choose('BUY', {}, silent(0))).toBeNull();
  });
  test('a wished leg without a price is passed over for the nearest in the money that has one', () => {
    const legs = CHAIN.legs.map((leg) => (leg.strike === 25950 ? { ...leg, ltp: null } : leg));
    expect(choose('BUY', { strikes_in_the_money: 2 }, { ...CHAIN, legs })).toBe('NIFTY26JAN26000CE');
  });
});

describe('canonical JSON', () => {
  test('sorts, leaves out undefined, spells infinities', () =>
    expect(
      canonicalJson({ b: undefined, z: [1, null, -0], a: { d: Number.POSITIVE_INFINITY, c: Number.NaN } }),
    ).toBe('{"a":{"c":null,"d":"Infinity"},"z":[1,null,0]}'));
  test('refuses what JSON cannot say', () => {
    expect(() => canonicalJson({ at: new Date(0) })).toThrow('was Date');
    expect(() => canonicalJson(1n)).toThrow('was bigint');
  });
  test('a round trip and another key order change nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
        if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
          expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(
            canonicalJson(value),
          );
        }
      }),
    );
  });
});

describe('input hash and id', () => {
  const input = {
    exchange: 'NSE',
    target: 'tb15',
    timestamp: '2026-01-05T07:05:00.000Z',
    feature_set: 's',
    model_version: 'm',
  };
  const hash = (values: number[]) => inputHash({ ...input, values });
  test('the same values, the same hash, from an array of any kind', () =>
    expect(inputHash({ ...input, values: Float64Array.of(1, 2) })).toBe(hash([1, 2])));
  test('missing, zero and infinite are different', () =>
    expect(new Set([hash([0]), hash([Number.NaN]), hash([Number.POSITIVE_INFINITY]), hash([])]).size).toBe(
      4,
    ));
  test('an id is a ULID, the same for the same input, and sorts by time', () => {
    const id = recommendationId(TIMESTAMP_MS, hash([1]));
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(recommendationId(TIMESTAMP_MS, hash([1]))).toBe(id);
    expect(recommendationId(TIMESTAMP_MS, hash([2]))).not.toBe(id);
    expect(recommendationId(TIMESTAMP_MS + 1, hash([2])) > id).toBe(true);
    expect(recommendationId(1469918176385, 'f'.repeat(64))).toBe(`01ARYZ6S41${'Z'.repeat(16)}`);
  });
  test('what is no time or hash is refused', () => {
    expect(() => recommendationId(-1, 'a'.repeat(64))).toThrow('was -1');
    expect(() => recommendationId(1, 'xyz')).toThrow('was xyz');
  });
});
