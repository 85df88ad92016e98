import { describe, expect, test } from 'vitest';
import { executionConfig } from '../../../../shared/config/execution.ts';
import { verdict } from '../../../../shared/domain/evaluation/verdict.ts';
import { nextPointer, verdictBindingSchema } from '../../../../shared/domain/promotion/plan.ts';
import {
  historyRowSchema,
  livePointerSchema,
  modelVersionSchema,
} from '../../../../shared/domain/promotion/registry.ts';
import { gateCase } from '../evaluation/gate-case.ts';
import { NOW, versionRow } from './registry-case.ts';

describe('registry records', () => {
  test.each([
    ['status', { status: 'new' }],
    ['bundle_hash', { bundle_hash: 'x' }],
    ['revision', { revision: -1 }],
    ['training_cutoff', { training_cutoff: '2026-03-02' }],
    ['exchange', { exchange: 'nse' }],
    ['verdict_hash', { verdict_hash: '' }],
  ])('a version with a wrong %s is refused', (field, change) => {
    const issues = modelVersionSchema.safeParse({ ...versionRow('a'), ...change }).error?.issues ?? [];
    expect(issues.map((issue) => issue.path[0])).toEqual([field]);
  });
  test('a pointer follows the one it read', () => {
    const first = nextPointer(null, versionRow('a'), NOW);
    const second = nextPointer(first, versionRow('b'), NOW);
    expect(livePointerSchema.parse(second)).toMatchObject({
      revision: 2,
      previous_version: versionRow('a').version,
    });
    expect(first).toMatchObject({ revision: 1, previous_version: null });
  });
  test('a history row must say who and why', () => {
    expect(historyRowSchema.safeParse({}).error?.issues.map((issue) => issue.path[0])).toEqual(
      expect.arrayContaining(['operator', 'reason', 'at', 'event', 'compliance_class']),
    );
  });
});

test('a stored verdict binds to its bundle', () => {
  const stored = JSON.stringify(
    verdict({
      context: gateCase(),
      exchange: 'NSE',
      target: 'tb15',
      dataset_version: 'd',
      evaluated_at: NOW,
      execution: executionConfig().backtest,
    }),
  );
  expect(verdictBindingSchema.parse(JSON.parse(stored))).toEqual({
    exchange: 'NSE',
    target: 'tb15',
    version: '2026-03-02-aaaaaaaa',
    bundle_hash: 'a'.repeat(64),
    pass: true,
    failed: [],
  });
});
