import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { qualityPolicy } from '../../../../../shared/config/quality.ts';
import { QUALITY_FLAGS } from '../../../../../shared/domain/market/quality/finding.ts';
import { QUALITY_RULES, qualityFlags } from '../../../../../shared/domain/market/quality/quality-flags.ts';
import { FAULTS } from './faults.ts';
import { simulated, termsOf } from './simulated.ts';

const DATE = '2026-02-04';
const policy = qualityPolicy();

describe.each(['NSE', 'BSE', 'NSE_MONTHLY', 'BANKNIFTY_MONTHLY'] as const)(
  'a fault put into %s',
  (exchange) => {
    const clean = simulated(exchange, DATE, 31);
    const terms = termsOf(exchange, DATE);

    test.each(QUALITY_FLAGS)('%s', (flag) => {
      const fault = FAULTS[flag];
      const session = fault.inject(clean, terms);
      const flagsAt = (index: number) =>
        qualityFlags(session[index]!, session.slice(0, index), terms, policy);
      for (let index = 0; index < fault.begins; index += 1) expect(flagsAt(index)).toEqual([]);
      const found = flagsAt(fault.seenAt);
      const others = found.map((finding) => finding.flag).filter((one) => one !== flag);
      expect(fault.alongside ?? []).toEqual(expect.arrayContaining(others));
      expect(found.filter((finding) => finding.flag === flag)).toHaveLength(1);
      const own = found.find((finding) => finding.flag === flag)!;
      expect(own.field).toBe(fault.field);
      expect(own.why).toMatch(/expected .*was /);
    });
  },
);

test('every rule has a file of its name, and every file is a rule', () => {
  const folder = join(import.meta.dirname, '../../../../../shared/domain/market/quality/rules');
  const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, '').replaceAll('-', '_'));
  expect(files.sort()).toEqual([...QUALITY_FLAGS].sort());
  for (const flag of QUALITY_FLAGS) {
    expect(QUALITY_RULES[flag].name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(flag);
  }
});
