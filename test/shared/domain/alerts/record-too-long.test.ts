import { expect, test } from 'vitest';
import { findingSchema } from '../../../../shared/domain/alerts/alert-state.ts';
import { recordTooLong } from '../../../../shared/domain/alerts/rules/record-too-long.ts';

test('a record that is set aside is named, with its size and what it loses', () => {
  const long = { exchange: 'NSE', name: 'trade T-1', bytes: 70_000, longest_bytes: 65_535 };
  const check = recordTooLong(long);
  if (check.kind !== 'event') throw new Error('expected an event');
  expect(findingSchema.parse(check.finding)).toEqual(check.finding);
  expect(check.finding).toMatchObject({ subject: 'trade T-1', severity: 'critical' });
  expect(check.finding.what).toMatch(/^trade T-1: expected at most 65535 bytes, was 70000\. .* set aside/);
});
