import { describe, expect, it } from 'vitest';
import { LABEL_CATALOGUE } from '../../../../shared/domain/labels/catalogue.ts';
import { LABEL_COLUMNS } from '../../../../shared/domain/labels/label-row.ts';

describe('the label catalogue', () => {
  it('describes every column, in file order', () => {
    expect(LABEL_CATALOGUE.map(({ name }) => name)).toEqual([...LABEL_COLUMNS]);
  });

  it('says unit, formula, missing rule and horizon of each', () => {
    for (const { name, unit, formula, missing, horizonMinutes } of LABEL_CATALOGUE) {
      for (const text of [unit, formula, missing]) expect(text, name).toMatch(/\S/);
      const horizon = /_(\d+)$/.exec(name)?.[1];
      const barrier = name.endsWith('volatility') ? 0 : name.endsWith('uniqueness') ? 30 : 15;
      expect(horizonMinutes, name).toBe(horizon ? Number(horizon) : barrier);
    }
  });
});
