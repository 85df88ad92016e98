import { describe, expect, test } from 'vitest';
import { complianceClass } from '../../../../shared/domain/promotion/compliance-class.ts';
import { type Logic, logicHash } from '../../../../shared/domain/training/logic-hash.ts';

const logic: Logic = {
  featureSet: 'chain-v3',
  featureNames: ['vix', 'pcr_oi'],
  target: 'tb15',
  labelSet: 'chain-labels-v2',
  family: 'lightgbm',
  codeVersion: '1.0.0',
  distilled: false,
  perRegime: false,
  imported: null,
};
const live = logicHash(logic);

const CHANGES: Record<keyof Logic, Partial<Logic>> = {
  featureSet: { featureSet: 'tracker-v2' },
  featureNames: { featureNames: ['pcr_oi', 'vix'] },
  target: { target: 'dir5' },
  labelSet: { labelSet: 'chain-labels-v3' },
  family: { family: 'xgboost' },
  codeVersion: { codeVersion: '1.0.1' },
  distilled: { distilled: true },
  perRegime: { perRegime: true },
  imported: { imported: { 'model.onnx': 'a'.repeat(64) } },
};

describe('the compliance class of a promotion', () => {
  test.each(Object.entries(CHANGES))('another %s is logic', (_, change) => {
    expect(complianceClass(live, logicHash({ ...logic, ...change }))).toBe('logic');
  });

  test('each change is another logic than every other', () => {
    const hashes = Object.values(CHANGES).map((change) => logicHash({ ...logic, ...change }));
    expect(new Set([live, ...hashes]).size).toBe(1 + hashes.length);
  });

  test('a retrain is parameters: nothing of data, seed or parameters is in it', () => {
    expect(complianceClass(live, logicHash({ ...logic, featureNames: [...logic.featureNames] }))).toBe(
      'parameters',
    );
    expect(live).toMatch(/^[0-9a-f]{64}$/);
  });

  test('two imported models are two logics, even of one family', () => {
    const of = (digit: string) => logicHash({ ...logic, imported: { 'model.onnx': digit.repeat(64) } });
    expect(of('a')).not.toBe(of('b'));
  });

  test('the first deployment is logic: nothing was live to compare with', () => {
    expect(complianceClass(null, live)).toBe('logic');
  });
});
