import { expect, test } from 'vitest';
import { optionSymbol } from '../../../../../shared/domain/market/import/option-symbol.ts';

test('weekly options carry one month letter and the day', () => {
  expect(optionSymbol('NIFTY', '2025-12-09', false, 26000, 'CE')).toBe('NIFTY25D0926000CE');
  expect(optionSymbol('SENSEX', '2026-01-01', false, 85200, 'PE')).toBe('SENSEX2610185200PE');
  expect(optionSymbol('NIFTY', '2026-10-06', false, 26000, 'CE')).toBe('NIFTY26O0626000CE');
  expect(optionSymbol('NIFTY', '2026-11-03', false, 26000, 'CE')).toBe('NIFTY26N0326000CE');
});

test('the last expiry of the month carries its name', () => {
  expect(optionSymbol('NIFTY', '2025-12-30', true, 26000, 'CE')).toBe('NIFTY25DEC26000CE');
  expect(optionSymbol('BANKNIFTY', '2026-02-24', true, 59000, 'PE')).toBe('BANKNIFTY26FEB59000PE');
});
