import { describe, expect, test } from 'vitest';
import { alertPolicy, parseAlerts } from '../../../../shared/config/alerts.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { ALERT_RULES, findingSchema } from '../../../../shared/domain/alerts/alert-state.ts';
import type { Check } from '../../../../shared/domain/alerts/check.ts';
import { approvalWaits } from '../../../../shared/domain/alerts/rules/approval-waits.ts';
import { bakingAlarm } from '../../../../shared/domain/alerts/rules/baking-alarm.ts';
import { breakerOpen } from '../../../../shared/domain/alerts/rules/breaker-open.ts';
import { calendarEnds } from '../../../../shared/domain/alerts/rules/calendar-ends.ts';
import { dataFlagged } from '../../../../shared/domain/alerts/rules/data-flagged.ts';
import { dataStale } from '../../../../shared/domain/alerts/rules/data-stale.ts';
import { drawdownLimit } from '../../../../shared/domain/alerts/rules/drawdown-limit.ts';
import { featureDrift } from '../../../../shared/domain/alerts/rules/feature-drift.ts';
import { featureParity } from '../../../../shared/domain/alerts/rules/feature-parity.ts';
import { gateRefused } from '../../../../shared/domain/alerts/rules/gate-refused.ts';
import { latencyHigh } from '../../../../shared/domain/alerts/rules/latency-high.ts';
import { promotionOverride } from '../../../../shared/domain/alerts/rules/promotion-override.ts';
import { stageFailed } from '../../../../shared/domain/alerts/rules/stage-failed.ts';
import type { DriftReport } from '../../../../shared/domain/drift/drift-report.ts';
import { healthSummary } from '../../../../shared/domain/health/health-summary.ts';

const { NSE } = exchangesRules();

const EMPTY = {
  exchange: 'NSE',
  at: '2026-01-05T06:00:00.000Z',
  counts: {},
  quality_rows: [],
  latencies_us: Array.from({ length: 100 }, (_, i) => 1000 + i),
  outcomes: [],
  errors: {},
  last_snapshot_at: '2026-01-05T05:59:30.000Z',
  session_open: true,
};
const summary = healthSummary(EMPTY);

const traded = (drawdown_rupees: number) => ({
  ...summary,
  performance: { ...summary.performance, trades: 12, pnl_rupees: -5000, drawdown_rupees },
});

/** A day of `rows` feature rows, the first `flagged` of them without India VIX. */
const qualityOf = (rows: number, flagged: number) => {
  const quality_rows = Array.from({ length: rows }, (_, at) => ({
    timestamp: `2026-01-05T05:${at + 10}:00.000Z`,
    flags: at < flagged ? ['vix_missing'] : [],
  }));
  return { ...summary, ...healthSummary({ ...EMPTY, quality_rows }) };
};

const report: DriftReport = {
  schema: 1,
  exchange: 'NSE',
  model_version: 'v1',
  against: 'live',
  at: '2026-01-05T06:00:00.000Z',
  status: 'drifted',
  rows: 60,
  min_rows: 30,
  features: 78,
  drifted: 7,
  watched: 3,
  drifted_share: 7 / 78,
  top: [
    {
      feature: 'vix',
      status: 'drifted',
      psi: 8.123,
      mean_shift: 12,
      missing_increase: 0,
      training_mean: 11.2345678,
      live_mean: 42,
    },
  ],
  why: '',
};

const failure = { name: 'NotFound', message: 'dataset: expected 2026-01-05, was none' };
const run = { stage: 'train', exchange: 'NSE', error: failure, execution: 'nightly:1' };
const evaluated = {
  exchange: 'NSE',
  version: 'v2',
  pass: false,
  failed: ['sharpe'],
  report: 'reports/v2.md',
};
const switched = {
  exchange: 'NSE',
  to_version: 'v2',
  from_version: 'v1',
  operator: 'asha',
  reason: 'test',
  override: true,
};
const waiting = {
  ...{ exchange: 'NSE', version: 'v2', status: 'waiting', from_version: 'v1', compliance_class: 'logic' },
  ...{ report: 'reports/v2/verdict.json', open_until: '2026-01-10T12:00:00.000Z' },
};
const policy = alertPolicy();

const compared = {
  exchange: 'NSE',
  date: '2026-01-05',
  sets: [
    { set: 'tracker-v2', served: 300, equal: 300, first_difference: null },
    { set: 'chain-v3', served: 300, equal: 297, first_difference: 'u skew_25: served 1, recomputed 2' },
  ],
};
const equal = { ...compared, sets: compared.sets.slice(0, 1) };
const servedNothing = { ...equal, sets: equal.sets.map((set) => ({ ...set, served: 0, equal: 0 })) };

const breachedBy: readonly (readonly [string, Check])[] = [
  ['feature-drift', featureDrift(report)],
  ['feature-parity', featureParity(compared)],
  ['drawdown-limit', drawdownLimit(traded(25_000), policy)],
  ['latency-high', latencyHigh({ ...summary, latency_us: { ...summary.latency_us, p99: 80_000 } }, policy)],
  ['data-stale', dataStale({ ...summary, data_age_seconds: 301 }, policy)],
  ['data-flagged', dataFlagged(qualityOf(40, 9), policy)],
  ['stage-failed', stageFailed(run)],
  ['gate-refused', gateRefused(evaluated)],
  ['approval-waits', approvalWaits(waiting)],
  ['promotion-override', promotionOverride(switched)],
  ['breaker-open', breakerOpen({ exchange: 'NSE', triggered: true, reason: 'Daily Loss Limit Hit: -3.15%' })],
  ['calendar-ends', calendarEnds('NSE', '2026-12-10', NSE, policy)],
];

/** What happened once is no breach: observation.test.ts, and below. */
const EVENTS: readonly string[] = ['model-switched', 'baking-alarm', 'record-too-long'];

test('every rule is tested', () =>
  expect(breachedBy.map(([rule]) => rule)).toEqual(ALERT_RULES.filter((rule) => !EVENTS.includes(rule))));

describe('breached', () => {
  test.each(breachedBy)('%s says what happened, with numbers, and what to do', (rule, check) => {
    if (check.kind !== 'breached') throw new Error(`expected a breach, was ${check.kind}`);
    expect(findingSchema.parse(check.finding)).toEqual(check.finding);
    expect(check.finding).toMatchObject({ rule, exchange: 'NSE' });
    expect(check.finding.title).toContain('NSE');
    expect(check.finding.what).toMatch(/[.:]/);
    expect(Object.keys(check.finding.numbers).length).toBeGreaterThan(0);
  });
});

describe('clear', () => {
  test.each([
    ['feature-drift', featureDrift({ ...report, status: 'watch' })],
    ['feature-parity', featureParity(equal)],
    ['drawdown-limit', drawdownLimit(traded(19_999), policy)],
    ['latency-high', latencyHigh(summary, policy)],
    ['data-stale', dataStale({ ...summary, data_age_seconds: 300 }, policy)],
    ['data-flagged', dataFlagged(qualityOf(40, 8), policy)],
    ['calendar-ends', calendarEnds('NSE', '2026-11-30', NSE, policy)],
    ['gate-refused', gateRefused({ ...evaluated, pass: true, failed: [] })],
    ['promotion-override', promotionOverride({ ...switched, override: false })],
    ['breaker-open', breakerOpen({ exchange: 'NSE', triggered: false, reason: '' })],
  ] as const)('%s', (_rule, check) => expect(check).toEqual({ kind: 'clear', subject: null }));
  test('stage-failed clears its own stage only', () =>
    expect(stageFailed({ ...run, error: null })).toEqual({ kind: 'clear', subject: 'train' }));
});

describe('promotions', () => {
  test('one that waits says what it would replace, until when, and both commands', () => {
    const check = approvalWaits(waiting);
    if (check.kind !== 'breached') throw new Error('expected a breach');
    const { subject, what, next } = check.finding;
    expect(subject).toBe('v2');
    expect(what).toContain('would replace v1 (change of logic)');
    expect(what).toContain('until 2026-01-10T12:00:00.000Z');
    expect(next).toBe(
      'Read the verdict at reports/v2/verdict.json, then ./oi approve NSE v2 --operator NAME --reason TEXT ' +
        'or ./oi reject NSE v2 --operator NAME --reason TEXT',
    );
  });
  test.each(['approved', 'rejected', 'expired', 'superseded'])(
    'one that was %s takes its own alert back',
    (status) => expect(approvalWaits({ ...waiting, status })).toEqual({ kind: 'clear', subject: 'v2' }),
  );
  test('one that is taken back says why and what returns, once for each promotion', () => {
    const seen = {
      exchange: 'NSE',
      version: 'v2',
      since: '2026-01-05T04:00:00.000Z',
      alarm: 'errors',
      why: 'w',
    };
    const check = bakingAlarm({ ...seen, previous_version: 'v1' });
    if (check.kind !== 'event') throw new Error('expected an event');
    expect(findingSchema.parse(check.finding)).toEqual(check.finding);
    expect(check.finding).toMatchObject({
      severity: 'critical',
      subject: 'v2 since 2026-01-05T04:00:00.000Z',
    });
    expect(check.finding.what).toContain('still bakes: w. It is taken back by itself, to v1.');
    const first = bakingAlarm({ ...seen, previous_version: null });
    expect(first).toMatchObject({
      finding: { what: expect.stringContaining('nothing live, since it was the first') },
    });
  });
});

describe('unknown, which is no recovery', () => {
  test.each([
    ['feature-drift with too few rows', featureDrift({ ...report, status: 'too_few_rows' })],
    ['feature-parity of a day that served nothing', featureParity(servedNothing)],
    ['data-flagged with few rows', dataFlagged(qualityOf(29, 29), policy)],
    ['drawdown-limit without a trade', drawdownLimit(summary, policy)],
    [
      'latency-high with few requests',
      latencyHigh({ ...summary, latency_us: { ...summary.latency_us, count: 19 } }, policy),
    ],
    [
      'data-stale with the session closed',
      dataStale({ ...summary, session_open: false, data_age_seconds: 9e5 }, policy),
    ],
  ] as const)('%s', (_name, check) => expect(check.kind).toBe('unknown'));
});

describe('details', () => {
  const finding = (check: Check) => {
    if (check.kind !== 'breached') throw new Error('expected a breach');
    return check.finding;
  };
  test('drift names the feature and both means', () =>
    expect(finding(featureDrift(report)).what).toContain(
      'vix (population stability index 8.12, mean 42 against 11.23 in training)',
    ));
  test('parity names the set, how many rows, and the first feature', () => {
    const found = finding(featureParity(compared));
    expect(found).toMatchObject({
      subject: '2026-01-05',
      severity: 'critical',
      numbers: { rows: 3, 'chain-v3': 3 },
    });
    expect(found.title).toBe('NSE: 3 served feature rows of chain-v3 differ from the lake');
    expect(found.what).toContain('first u skew_25: served 1, recomputed 2');
    expect(found.what).not.toContain('tracker-v2');
  });
  test('a calendar that ends soon is critical in its last week, and names the day', () => {
    const late = finding(calendarEnds('NSE', '2026-12-25', NSE, policy));
    expect(late).toMatchObject({ severity: 'critical', numbers: { days: 7 } });
    expect(late.title).toBe('NSE: the calendar does not know 2027-01-01');
    expect(late.next).toMatch(/markets\.NSE\.holidays and the year to holiday_lists; .* nseindia\.com/);
    expect(finding(calendarEnds('NSE', '2026-12-24', NSE, policy)).severity).toBe('warning');
  });

  test('flagged data is told with counts and the worst minute', () =>
    expect(finding(dataFlagged(qualityOf(40, 9), policy)).what).toBe(
      '23 % of the 40 feature rows of NSE carry a data-quality flag (limit 20 %): vix_missing in 9. ' +
        'Worst: 2026-01-05T05:10:00.000Z with vix_missing.',
    ));
  test('one is not told as many', () => {
    expect(finding(gateRefused(evaluated)).what).toContain('failed 1 rule of the gate: sharpe.');
    const two = finding(gateRefused({ ...evaluated, failed: ['sharpe', 'f1-holds'] }));
    expect(two.what).toContain('failed 2 rules of the gate');
    const lossOfOne = { ...traded(25_000).performance, trades: 1 };
    const one = finding(drawdownLimit({ ...summary, performance: lossOfOne }, policy));
    expect(one.what).toBe(
      'The profit of 1 re-marked trade of NSE is 25000 rupees below its best moment (limit 20000); it is -5000 rupees now.',
    );
    const sets = [{ set: 'chain-v3', served: 3, equal: 2, first_difference: 'u' }];
    expect(finding(featureParity({ ...compared, sets })).title).toBe(
      'NSE: 1 served feature row of chain-v3 differs from the lake',
    );
  });
  test('severity grows with the damage', () => {
    expect(finding(featureDrift({ ...report, drifted_share: 0.3 })).severity).toBe('critical');
    expect(finding(drawdownLimit(traded(25_000), policy)).severity).toBe('warning');
    expect(finding(drawdownLimit(traded(40_000), policy)).severity).toBe('critical');
  });
  test('no data at all in an open session is stale', () =>
    expect(finding(dataStale({ ...summary, data_age_seconds: null }, policy)).what).toContain(
      'No snapshot has come today for NSE',
    ));
  test('a failure says who must act', () => {
    expect(finding(stageFailed(run)).next).toContain('check that the stages before it have run');
    expect(finding(stageFailed({ ...run, error: { name: 'Odd', message: 'x' } })).next).toContain(
      'Read the log',
    );
  });
  test('an override names who and why', () =>
    expect(finding(promotionOverride(switched)).what).toBe(
      'asha made v2 of NSE live without a passing verdict, replacing v1. Reason given: test',
    ));
});

test('a policy that contradicts itself is refused', () =>
  expect(() => parseAlerts({ ...policy, drawdown_limit: { warning_rupees: 5, critical_rupees: 4 } })).toThrow(
    'drawdown_limit',
  ));
