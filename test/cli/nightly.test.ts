import { describe, expect, it } from 'vitest';
import { failuresOf, type NightReport, showNight, trainedBy } from '../../cli/commands/nightly.ts';
import type { Output } from '../../cli/output.ts';

const day = {
  ok: true,
  exchange: 'NSE',
  compact: { snapshots: 375, rows: 1, path: 'chain/a' },
  feature: { rows: 340, served: 3, equal: 3 },
  label: { rows: 375, labelled: 300 },
  outcome: {},
} as const;
const broken = {
  ok: false,
  exchange: 'BSE',
  error: 'Temporary',
  cause: '{"errorMessage":"S3 was busy"}',
} as const;
const refused = {
  ok: true,
  exchange: 'NSE',
  train: { version: 'v1', exploratory: true, labelled_rows: 300 },
  evaluate: { pass: false, failed: ['sharpe'], verdict_key: 'k', promote: false },
} as const;

function shown(night: NightReport): string {
  const lines: string[] = [];
  const output: Output = {
    line: (text = '') => void lines.push(text),
    table: (head, rows) => void lines.push(...[head, ...rows].map((row) => row.join(' | '))),
    progress: () => {},
    result: () => {},
  };
  showNight(night, output);
  return lines.join('\n');
}

describe('a night', () => {
  it('counts the exchanges that ended in an error, and no refusal of the gate', () => {
    const night = { date: '2026-02-20', trading_day: true };
    expect(failuresOf(night)).toBe(0);
    expect(failuresOf({ ...night, days: [day], training: [refused] })).toBe(0);
    expect(failuresOf({ ...night, days: [day, broken], training: [{ ...broken, exchange: 'NSE' }] })).toBe(2);
  });

  it('gives its candidates, and says why when it left none', () => {
    const night = { date: '2026-02-20', trading_day: true };
    expect(trainedBy({ ...night, training: [broken, refused] })).toEqual([refused]);
    expect(() => trainedBy({ ...night, training: [broken] })).toThrow(/was none \(BSE: S3 was busy\)/);
    expect(() => trainedBy(night)).toThrow(/no day was ready/);
  });

  it('shows what failed in the words of the stage, beside what did not', () => {
    const text = shown({ date: '2026-02-20', trading_day: true, days: [day, broken], training: [refused] });
    expect(text).toContain('NSE | 375 | 340 | 300 | 3/3');
    expect(text).toContain('BSE | - | - | - | Temporary: S3 was busy');
    expect(text).toContain('REFUSED by sharpe');
  });

  it('names what else was trained, and why a size is not judged', () => {
    const training = [
      refused,
      { ...refused, target: 'dir5', evaluate: { ...refused.evaluate, pass: true, failed: [] } },
      {
        ...refused,
        target: 'mag15',
        evaluate: { ...refused.evaluate, failed: [], not_judged: 'it is a size' },
      },
      { ...broken, target: 'dir30' },
    ];
    const night = { date: '2026-02-20', trading_day: true, training };
    expect(shown(night).split('\n').slice(-4)).toEqual([
      'NSE: candidate v1 from 300 labelled rows: REFUSED by sharpe',
      'NSE dir5: candidate v1 from 300 labelled rows: PASS',
      'NSE mag15: candidate v1 from 300 labelled rows: not judged: it is a size',
      'BSE dir30: not trained: Temporary: S3 was busy',
    ]);
    expect(trainedBy(night)).toEqual([refused]);
    expect(failuresOf(night)).toBe(1);
  });

  it('says how many rows their quality kept out of the training', () => {
    const line = (blocked_rows?: { rows: number; flags: Record<string, number> }) => {
      const train = { ...refused.train, ...(blocked_rows && { blocked_rows }) };
      return shown({ date: '2026-02-20', trading_day: true, training: [{ ...refused, train }] });
    };
    expect(line({ rows: 3, flags: { spot_frozen: 2, crossed_quotes: 1 } })).toContain(
      'from 300 labelled rows, 3 rows left out for their quality flags (spot_frozen 2, crossed_quotes 1): REFUSED',
    );
    expect(line({ rows: 0, flags: {} })).toContain('from 300 labelled rows: REFUSED');
    expect(line()).toContain('from 300 labelled rows: REFUSED');
  });

  it('says once why profit and loss has no labels', () => {
    const reason = 'expected a costs.exchange_fee of BSE for 2024-09-30, was none before 2024-10-01';
    const days = [day, { ...day, exchange: 'BSE', label: { ...day.label, pnl_missing: reason } }];
    const text = shown({ date: '2024-09-30', trading_day: true, days });
    expect(text.match(/not labelled.*/g)).toEqual([`not labelled: ${reason}`]);
    expect(text).toContain('BSE: profit and loss');
  });

  it('shows the rows of each set, and names the first that is not what was served', () => {
    const sets = [
      { set: 'tracker-v2', rows: 346, served: 3, equal: 3, first_difference: null },
      {
        set: 'chain-v3',
        rows: 340,
        served: 3,
        equal: 1,
        first_difference: 'u skew_25: served 1, recomputed 2',
      },
    ];
    const differing = { ...day, feature: { rows: 686, served: 6, equal: 4, sets } };
    const text = shown({ date: '2026-02-20', trading_day: true, days: [differing] });
    expect(text).toContain('NSE | 375 | 346 + 340 | 300 | 4/6');
    expect(text).toContain(
      'NSE: 2 of 3 served rows of chain-v3 differ from the lake, first u skew_25: served 1, recomputed 2',
    );
    expect(text).not.toContain('rows of tracker-v2 differ');
  });

  it('says what to do where the lake holds nothing of the day', () => {
    expect(shown({ date: '2026-02-20', trading_day: false })).toMatch(/^2026-02-20: no snapshots .*backfill/);
  });
});
