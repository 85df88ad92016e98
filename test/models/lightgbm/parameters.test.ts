import { describe, expect, it } from 'vitest';
import { parameterText } from '../../../models/lightgbm/parameters.ts';

describe('parameterText', () => {
  it('is sorted, and determinism cannot be switched off', () => {
    const text = parameterText({ num_leaves: 7, deterministic: false }, 3, 2);
    expect(text.split(' ')).toEqual([...text.split(' ')].sort());
    expect(text).toContain('deterministic=true');
    expect(text).toContain('num_leaves=7');
    expect(text).toContain('seed=3');
  });

  it('refuses what has no exact export', () => {
    expect(() => parameterText({ linear_tree: true }, 1, 1)).toThrow('linear_tree: expected to be left out');
    expect(() => parameterText({ zero_as_missing: true }, 1, 1)).toThrow('was true');
    expect(() => parameterText({ use_quantized_grad: false }, 1, 1)).not.toThrow();
  });
});
