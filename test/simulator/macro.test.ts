import { expect, test } from 'vitest';
import { MACRO_KEYS, macroSchema } from '../../shared/domain/market/snapshot.ts';
import { simulateMacro } from '../../simulator/macro.ts';

test('every macro key has a number, the same all day and another on the next', () => {
  const macro = simulateMacro(5, '2026-02-04');
  expect(macroSchema.parse(macro)).toEqual(macro);
  for (const key of MACRO_KEYS) expect(macro[key]).toBeTypeOf('number');
  expect(simulateMacro(5, '2026-02-04')).toEqual(macro);
  expect(simulateMacro(5, '2026-02-05')).not.toEqual(macro);
});

test('scores and the correlation stay within -1 and 1', () => {
  for (let seed = 0; seed < 500; seed++) {
    const { banknifty_correlation, risk_on_score, news_sentiment_score } = simulateMacro(seed, '2026-02-04');
    for (const value of [banknifty_correlation, risk_on_score, news_sentiment_score]) {
      expect(Math.abs(value as number)).toBeLessThanOrEqual(1);
    }
  }
});
