import { expect, it } from 'vitest';
import { exchangesRules } from '../../../../../shared/config/exchanges.ts';
import { qualityTerms } from '../../../../../shared/domain/market/quality/terms.ts';
import { NotFound } from '../../../../../shared/errors.ts';

const rules = exchangesRules();

it('the terms of a date are those of that date and chain, whatever was asked before', () => {
  const first = qualityTerms('2026-02-04', rules.NSE);
  expect(first).toMatchObject({ date: '2026-02-04', expiry: '2026-02-10', strikeStep: 50 });
  expect(qualityTerms('2026-02-04', rules.BSE)).toMatchObject({ strikeStep: 100 });
  expect(qualityTerms('2026-02-11', rules.NSE)).toMatchObject({ date: '2026-02-11', expiry: '2026-02-17' });
  expect(() => qualityTerms('1990-01-01', rules.NSE)).toThrow(NotFound);
  expect(qualityTerms('2026-02-04', rules.NSE)).toEqual(first);
  expect(qualityTerms('2026-02-04', { ...rules.NSE, name: 'BSE' })).toEqual(first);
});
