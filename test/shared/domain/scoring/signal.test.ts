import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeness, likeliest, signalOf } from '../../../../shared/domain/scoring/signal.ts';
import { LIVE, OUTPUT, REFERENCE, VALUES } from './scoring-case.ts';

const asked = { model: LIVE, fault: null, values: VALUES, historyMinutes: 60, output: OUTPUT };

describe('a signal', () => {
  test('is what the probabilities ask for, with all that says why', () => {
    const { signal, confidence, metadata } = signalOf({ ...asked, before: { state: [0.5, 0.5], rows: 7 } });
    expect([signal, confidence]).toEqual(['BUY', 0.65]);
    expect(metadata).toMatchObject({
      probabilities: OUTPUT.probabilities,
      regime: 1,
      regimeProbabilities: [0.1, 0.8, 0.1],
      completeness: 1,
      historyMinutes: 60,
      before: { state: [0.5, 0.5], rows: 7 },
    });
    expect(metadata.model?.version).toBe(LIVE.version);
    expect(metadata.drivers.SELL[0]).toMatchObject({ feature: 'pcr_total_oi', shap: -0.4 });
    expect(metadata.drivers.BUY).toHaveLength(5);
  });

  test('has no drivers where nobody asked why, and says the same', () => {
    const { explained: _, ...output } = OUTPUT;
    const bare = signalOf({ ...asked, output });
    const { drivers, ...rest } = bare.metadata;
    const { drivers: _drivers, ...explained } = signalOf(asked).metadata;
    expect(drivers).toEqual({ SELL: [], HOLD: [], BUY: [] });
    expect(rest).toEqual(explained);
    expect(bare.confidence).toBe(0.65);
  });

  test.each([
    ['nothing is live', { model: null, output: null }],
    ['what is live cannot be used', { model: null, output: null, fault: 'trees.json is missing' }],
    ['there is no vector', { values: null, output: null, historyMinutes: 0 }],
  ])('is HOLD at confidence 0 where %s', (_, change) => {
    const { signal, confidence, metadata } = signalOf({ ...asked, ...change });
    expect([signal, confidence, metadata.probabilities, metadata.regime]).toEqual(['HOLD', 0, null, null]);
    expect(metadata.fault).toBe('fault' in change ? change.fault : null);
    expect(metadata.completeness).toBe('values' in change ? null : 1);
  });

  test('never is of a class that another one beats in the other direction', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const probabilities = { sell: low, hold: high - low, buy: 1 - high };
        const { signal, confidence } = signalOf({ ...asked, output: { ...OUTPUT, probabilities } });
        if (signal === 'BUY') expect(probabilities.buy).toBeGreaterThan(probabilities.sell);
        if (signal === 'SELL') expect(probabilities.sell).toBeGreaterThan(probabilities.buy);
        expect(confidence).toBe(probabilities[signal.toLowerCase() as 'sell' | 'hold' | 'buy']);
      }),
    );
  });
});

test('the likeliest state is the first of equal ones; none of none', () => {
  expect(likeliest([0.2, 0.4, 0.4])).toBe(1);
  expect(likeliest(Float64Array.of(0.7, 0.3))).toBe(0);
  expect(likeliest([])).toBeNull();
});

test('completeness counts values, not finite values', () => {
  expect(completeness([1, Number.NaN, Number.POSITIVE_INFINITY, 0])).toBe(0.75);
  expect(completeness([])).toBe(0);
});

test('completeness does not miss what training never had', () => {
  const [feature] = REFERENCE.features;
  const reference = (...missing: number[]) => ({
    ...REFERENCE,
    features: missing.map((share) => ({ ...feature!, missing: share })),
  });
  expect(completeness([1, Number.NaN], reference(0, 1))).toBe(1);
  expect(completeness([1, Number.NaN], reference(0, 0))).toBe(0.5);
  expect(completeness([1, Number.NaN], reference(0, 0.5))).toBe(2 / 3);
  expect(completeness([Number.NaN], reference(1))).toBe(0);
});
