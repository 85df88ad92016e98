import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { labelDay } from '../../../../shared/domain/labels/label-day.ts';
import { LABEL_COLUMNS } from '../../../../shared/domain/labels/label-row.ts';
import { unknownCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { bseWithFeesFrom } from '../../../factories/known-fees.ts';
import { labelInputs } from '../../../factories/label-day.ts';

const { BSE: KNOWN } = exchangesRules();
/** SENSEX whose fee is entered from 2024-10-01 only. */
const BSE = bseWithFeesFrom('2024-10-01');
const PNL = LABEL_COLUMNS.filter((name) => name.includes('_pnl_'));
/** SENSEX on its ladder's step of 100, with a contract that expires on the Friday. */
const bseDay = (date: string) =>
  labelInputs({ date, expiry: '2024-10-04', minutes: 200 }).map((row) => ({
    ...row,
    atmStrike: Math.round(row.underlyingPrice / 100) * 100,
  }));

describe('a day whose costs are unknown', () => {
  it('has every label but profit and loss', () => {
    const label = labelDay(bseDay('2024-09-30'), BSE)[100]!;
    for (const name of LABEL_COLUMNS) expect(label[name] === null, name).toBe(PNL.includes(name));
  });

  it('is the last before the costs are known', () => {
    const label = labelDay(bseDay('2024-10-01'), BSE)[100]!;
    for (const name of LABEL_COLUMNS) expect(label[name], name).not.toBeNull();
  });

  it('differs in profit and loss alone from the same day with costs', () => {
    const known = labelDay(bseDay('2024-09-30'), KNOWN);
    const blanks = Object.fromEntries(PNL.map((name) => [name, null]));
    expect(labelDay(bseDay('2024-09-30'), BSE)).toEqual(known.map((label) => ({ ...label, ...blanks })));
  });

  it('names the missing entry', () => {
    expect(unknownCosts('2024-09-30', BSE)).toMatch(
      /costs\.exchange_fee of BSE for 2024-09-30, was none before 2024-10-01; add it to config\/exchanges\.json/,
    );
    expect(unknownCosts('2024-10-01', BSE)).toBeNull();
    expect(unknownCosts('2024-09-30', KNOWN)).toBeNull();
  });
});
