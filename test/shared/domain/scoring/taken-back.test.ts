import { describe, expect, it } from 'vitest';
import { takenBack, takenBackLike } from '../../../../shared/domain/scoring/taken-back.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';

const { leaf_hash: _, ...given } = aRecommendation();
const against = (...risk_flags: typeof given.risk_flags) => takenBack({ ...given, risk_flags });

describe('an answer that takes one back', () => {
  const halted = against('trading_halted');
  it('has an id and a hash of its own, of the same moment, and says all else as it was', () => {
    expect(halted.id).not.toBe(given.id);
    expect(halted.id.slice(0, 10)).toBe(given.id.slice(0, 10));
    expect(halted.input_hash).toMatch(/^[0-9a-f]{64}$/);
    const { id, input_hash } = given;
    expect({ ...halted, id, input_hash }).toEqual({ ...given, risk_flags: ['trading_halted'] });
  });
  it('is one for the same flags and the same input, another one for others', () => {
    expect(against('trading_halted')).toEqual(halted);
    expect(against('stale_features').id).not.toBe(halted.id);
    const other = { ...given, input_hash: 'f'.repeat(64), risk_flags: halted.risk_flags };
    expect(takenBack(other).id).not.toBe(halted.id);
  });
  it('is made again where the record is one, and only there', () => {
    const again = { ...given, risk_flags: halted.risk_flags };
    expect(takenBackLike(halted, again)).toEqual(halted);
    expect(takenBackLike(given, again)).toBe(again);
  });
});
