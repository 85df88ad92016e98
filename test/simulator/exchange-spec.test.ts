import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { requireTerms, specsFrom } from '../../simulator/exchange-spec.ts';

const [nse, bse, nseMonthly, bank] = specsFrom(exchangesRules(), EXCHANGES);

describe('specsFrom', () => {
  test('takes step, ladder, lot and underlying of the four chains from the rules', () => {
    const rows = [nse, bse, nseMonthly, bank].map((spec) => {
      const terms = spec!.termsOn('2026-02-03')!;
      return [spec!.exchange, spec!.underlying, terms.strikeStep, terms.strikesPerSide, terms.lotSize];
    });
    expect(rows).toEqual([
      ['NSE', 'NIFTY', 50, 5, 65],
      ['BSE', 'SENSEX', 100, 5, 20],
      ['NSE_MONTHLY', 'NIFTY', 50, 10, 65],
      ['BANKNIFTY_MONTHLY', 'BANKNIFTY', 100, 10, 30],
    ]);
  });

  test('weekly and monthly expiries, moved forward for a holiday', () => {
    expect(nse!.termsOn('2026-02-04')).toMatchObject({ expiry: '2026-02-10', monthlyExpiry: '2026-02-24' });
    expect(bse!.termsOn('2026-02-04')).toMatchObject({ expiry: '2026-02-05', monthlyExpiry: '2026-02-26' });
    expect(nseMonthly!.termsOn('2026-02-04')!.expiry).toBe('2026-02-24');
    expect(nse!.termsOn('2026-02-27')!.expiry).toBe('2026-03-02');
    expect(bank!.termsOn('2026-03-27')!.expiry).toBe('2026-03-30');
  });

  test('an expiry of the underlying counts for all its chains', () => {
    expect(nse!.termsOn('2026-02-10')!.underlyingExpires).toBe(true);
    expect(nseMonthly!.termsOn('2026-02-10')!.underlyingExpires).toBe(true);
    expect(bank!.termsOn('2026-02-10')!.underlyingExpires).toBe(false);
    expect(bank!.termsOn('2026-02-24')!.underlyingExpires).toBe(true);
    expect(nse!.termsOn('2026-02-11')!.underlyingExpires).toBe(false);
  });

  test('a day without a session has no terms; hours follow the rules of the day', () => {
    expect(nse!.termsOn('2026-01-26')).toBeNull();
    expect(nse!.termsOn('2026-01-24')).toBeNull();
    expect(nse!.termsOn('2026-07-31')).toMatchObject({ openMinute: 555, closeMinute: 930 });
    expect(nse!.termsOn('2026-08-04')).toMatchObject({ openMinute: 555, closeMinute: 940 });
  });

  test('requireTerms refuses hours that hold no minute', () => {
    const shut = { ...nse!, termsOn: (date: string) => ({ ...nse!.termsOn(date)!, closeMinute: 555 }) };
    expect(() => requireTerms(shut, '2026-02-04')).toThrow('expected a close after the open, was 555 to 555');
  });
});
