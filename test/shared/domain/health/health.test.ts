import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { healthCsv } from '../../../../shared/domain/health/health-csv.ts';
import { healthJson } from '../../../../shared/domain/health/health-json.ts';
import { healthPrometheus } from '../../../../shared/domain/health/health-prometheus.ts';
import { type HealthInput, healthSummary } from '../../../../shared/domain/health/health-summary.ts';
import type { Outcome } from '../../../../shared/domain/outcomes/outcome.ts';

function outcome(trade_pnl: number | null, correct: boolean): Outcome {
  return {
    recommendation_id: '01KE77AJ5RQ3H6V8R9YDSJ7KZF',
    exchange: 'NSE',
    horizon: 15,
    status: 'resolved',
    reason: null,
    realised_return: 0.001,
    realised_direction: 1,
    correct,
    trade_pnl,
    trade_id: trade_pnl === null ? null : 'T',
    exposure_inverted: false,
    model_version: 'v',
    resolved_at: '2026-01-05T09:00:00.000Z',
  };
}

function input(change: Partial<HealthInput> = {}): HealthInput {
  return {
    exchange: 'NSE',
    at: '2026-01-05T10:00:00.000Z',
    counts: { snapshots_accepted: 375, recommendations: 344 },
    quality_rows: [[], ['spot_frozen'], ['crossed_quotes', 'spot_frozen'], []].map((flags, minute) => ({
      timestamp: `2026-01-05T09:0${minute}:00.000Z`,
      flags,
    })),
    latencies_us: [1000, 3000, 2000],
    outcomes: [outcome(100, true), outcome(-40, false), outcome(null, true)],
    errors: { score: 2 },
    last_snapshot_at: '2026-01-05T09:59:18.000Z',
    session_open: true,
    ...change,
  };
}

describe('summary', () => {
  const summary = healthSummary(input());
  test('by hand', () => {
    expect(summary).toMatchObject({
      data_age_seconds: 42,
      quality_flags: { crossed_quotes: 1, spot_frozen: 2 },
      quality_rows: 4,
      clean_share: 0.5,
      flagged_share: 0.5,
      worst_minute: { timestamp: '2026-01-05T09:02:00.000Z', flags: ['crossed_quotes', 'spot_frozen'] },
      latency_us: { count: 3, p50: 2000, p99: 2980, max: 3000 },
      performance: {
        resolved: 3,
        accuracy: 2 / 3,
        win_rate: 0.5,
        payoff: 2.5,
        pnl_rupees: 60,
        drawdown_rupees: 40,
      },
    });
    expect(Object.keys(summary.counts)).toEqual(['recommendations', 'snapshots_accepted']);
  });
  test('nothing measured is null, not zero', () =>
    expect(
      healthSummary(input({ latencies_us: [], quality_rows: [], outcomes: [], last_snapshot_at: null })),
    ).toMatchObject({
      data_age_seconds: null,
      clean_share: null,
      flagged_share: null,
      worst_minute: null,
      latency_us: { count: 0, p50: null, p99: null },
      performance: { accuracy: null, win_rate: null },
    }));
  test('the worst minute is the first of those with the most flags, in whatever order they come', () => {
    const flag = fc.constantFrom('spot_frozen', 'minute_gap', 'vix_missing');
    const rows = fc.array(fc.record({ minute: fc.nat(59), flags: fc.uniqueArray(flag) }));
    fc.assert(
      fc.property(rows, (made) => {
        const quality_rows = made.map(({ minute, flags }) => ({
          timestamp: `2026-01-05T09:${String(minute).padStart(2, '0')}:00.000Z`,
          flags,
        }));
        const most = Math.max(0, ...quality_rows.map(({ flags }) => flags.length));
        const times = quality_rows.filter(({ flags }) => flags.length === most).map((one) => one.timestamp);
        const { worst_minute } = healthSummary(input({ quality_rows }));
        if (most === 0) expect(worst_minute).toBeNull();
        else expect(worst_minute).toMatchObject({ timestamp: times.sort()[0] });
        expect(worst_minute?.flags.length ?? 0).toBe(most);
      }),
    );
  });
  test('percentiles rise', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1 }), (latencies_us) => {
        const { p50, p95, p99, max } = healthSummary(input({ latencies_us })).latency_us;
        const values = [p50, p95, p99, max] as number[];
        expect(values).toEqual(values.toSorted((a, b) => a - b));
        expect(max).toBe(Math.max(...latencies_us));
      }),
    );
  });
});

describe('renderings', () => {
  const summary = healthSummary(input());
  test('JSON holds everything', () => expect(JSON.parse(healthJson(summary))).toEqual(summary));

  const csv = healthCsv(summary);
  test('CSV: five columns, CRLF, one line a number', () => {
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe('at,exchange,name,label,value');
    expect(lines.at(-1)).toBe('');
    for (const line of lines.slice(0, -1)) expect(line.split(',')).toHaveLength(5);
    expect(csv).toContain('2026-01-05T10:00:00.000Z,NSE,error_count,score,2');
    expect(csv).toContain('NSE,score_latency_seconds,0.5,0.002');
  });
  test('CSV quotes what needs it', () =>
    expect(healthCsv(healthSummary(input({ errors: { 'a "b", c': 1 } })))).toContain(
      'error_count,"a ""b"", c",1',
    ));
  test('CSV leaves unknown numbers empty', () =>
    expect(healthCsv(healthSummary(input({ last_snapshot_at: null })))).toContain(
      'NSE,data_age_seconds,,\r\n',
    ));

  const text = healthPrometheus([summary, healthSummary(input({ exchange: 'BSE' }))]);
  test('Prometheus: each family once, with help, type and both exchanges', () => {
    expect(text.match(/# TYPE oi_loop_data_age_seconds gauge/g)).toHaveLength(1);
    expect(text).toContain(
      'oi_loop_data_age_seconds{exchange="NSE"} 42\noi_loop_data_age_seconds{exchange="BSE"} 42\n',
    );
    expect(text).toContain('oi_loop_score_latency_seconds{exchange="NSE",quantile="0.5"} 0.002');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) oi_loop_[a-z_]+ .+|oi_loop_[a-z_]+\{[^}]*\} -?[0-9.e+-]+)$/);
    }
  });
  test('Prometheus leaves unknown numbers out and escapes labels', () => {
    const odd = healthPrometheus([healthSummary(input({ last_snapshot_at: null, errors: { 'a"\\\n': 1 } }))]);
    expect(odd).not.toContain('data_age_seconds');
    expect(odd).toContain('stage="a\\"\\\\\\n"');
  });
  test('no summary, no text', () => expect(healthPrometheus([])).toBe(''));
});
