import { expect, test } from 'vitest';
import { healthSummary } from '../../../../shared/domain/health/health-summary.ts';
import { measurements } from '../../../../shared/domain/health/measurements.ts';

const summary = healthSummary({
  exchange: 'NSE',
  at: '2026-01-05T10:00:00.000Z',
  counts: { batches: 3 },
  quality_rows: [{ timestamp: '2026-01-05T09:30:00.000Z', flags: ['spot_frozen'] }],
  latencies_us: [1500],
  outcomes: [],
  errors: { label: 1 },
  last_snapshot_at: null,
  session_open: false,
});
const all = measurements(summary);

test('names are metric names in base units, each with help', () => {
  for (const { name, help } of all) {
    expect(name).toMatch(/^[a-z][a-z_]*$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
  }
});

test('a name and its label are said once', () => {
  const keys = all.map(({ name, label }) => `${name}|${label?.value ?? ''}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every part of the summary is measured', () => {
  const value = (name: string, label?: string) =>
    all.find((one) => one.name === name && (label === undefined || one.label?.value === label))?.value;
  expect(value('stage_count', 'batches')).toBe(3);
  expect(value('quality_flag_count', 'spot_frozen')).toBe(1);
  expect(value('error_count', 'label')).toBe(1);
  expect(value('session_open')).toBe(0);
  expect(value('clean_share')).toBe(0);
  expect(value('flagged_share')).toBe(1);
  expect(value('worst_minute_flags')).toBe(1);
  expect(value('worst_minute_timestamp_seconds')).toBe(1_767_605_400);
  expect(value('score_latency_seconds', '0.99')).toBeCloseTo(0.0015, 12);
  expect(value('accuracy_ratio')).toBeNull();
  const numbers = Object.keys(summary.performance).length;
  expect(all.filter((one) => one.label === null).length).toBeGreaterThanOrEqual(numbers);
});
