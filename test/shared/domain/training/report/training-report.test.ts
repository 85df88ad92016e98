import { describe, expect, it } from 'vitest';
import { importances, topFeatures } from '../../../../../shared/domain/training/report/importance.ts';
import { page } from '../../../../../shared/domain/training/report/page.ts';
import { rowsWhere } from '../../../../../shared/domain/training/report/report-rows.ts';
import {
  reportNumbers,
  reportSections,
} from '../../../../../shared/domain/training/report/training-report.ts';
import { A_TRIAL, aReportInput } from '../../../../factories/report-input.ts';

const input = aReportInput();
const TOP_K = 5;
const numbers = reportNumbers(input, TOP_K);

describe('the numbers of a report', () => {
  it('add every session up to an equity whose drawdown starts from nothing', () => {
    const points = numbers.backtest_summary;
    expect(points.map(({ session }) => session)).toEqual([...new Set(input.rows.sessions)]);
    const sum = points.reduce((total, { net_return }) => total + net_return, 0);
    expect(points.at(-1)?.equity).toBeCloseTo(sum, 12);
    // Every signal of this run is right: 4 basis points less the cost of one.
    const trades = points.reduce((total, one) => total + one.trades, 0);
    expect(sum).toBeCloseTo(trades * 0.0003, 10);
    expect(points.every(({ drawdown }) => drawdown === 0)).toBe(true);
  });

  it('know a drawdown that begins with the first session', () => {
    const losing = { ...input.rows, positions: input.rows.positions.map((one) => -one) };
    const [first, ...others] = reportNumbers({ ...input, rows: losing }, TOP_K).backtest_summary;
    expect(first!.drawdown).toBe(first!.equity);
    expect(first!.equity).toBeLessThan(0);
    expect(others.every(({ drawdown, equity }) => drawdown === equity)).toBe(true);
  });

  it('count each row once in the confusion of its fold', () => {
    const counted = numbers.confusion.map(({ confusion }) => confusion.reduce((sum, one) => sum + one, 0));
    expect(counted).toEqual([120, 120]);
  });

  it('split calibration by regime without losing a row', () => {
    const { regimes, after } = numbers.calibration;
    expect(regimes.map(({ regime }) => regime)).toEqual([0, 1]);
    expect(regimes.reduce((sum, { metrics }) => sum + metrics.rows, 0)).toBe(after.rows);
    const binned = regimes.flatMap(({ classes }) => classes.flatMap(({ after: bins }) => bins));
    expect(binned.reduce((sum, { rows }) => sum + rows, 0)).toBe(3 * after.rows);
  });

  it('rank features by mean absolute contribution, by class and by regime', () => {
    const [first, ...others] = numbers.importance;
    expect(first?.feature).toBe('pcr_total_oi');
    expect(others.every(({ overall }) => overall < first!.overall)).toBe(true);
    const mean = Object.values(first!.by_class).reduce((sum, one) => sum + one, 0) / 3;
    expect(mean).toBeCloseTo(first!.overall, 12);
    expect(topFeatures(numbers.importance, 2)).toEqual({
      0: [expect.stringMatching('pcr_total_oi'), expect.any(String)],
      1: [expect.stringMatching('pcr_total_oi'), expect.any(String)],
    });
  });

  it('measure contributions by hand on a tiny sample', () => {
    const [a, b] = importances({
      features: ['a', 'b'],
      contributions: Float64Array.of(1, -2, 3, 0, -1, 4),
      values: Float64Array.of(0, 0),
      regimes: [2],
    });
    expect(b).toMatchObject({ feature: 'a', overall: 5 / 3, by_class: { SELL: 1, HOLD: 3, BUY: 1 } });
    expect(a).toMatchObject({ feature: 'b', overall: 2, by_regime: { 2: 2 } });
  });
});

describe('rowsWhere', () => {
  it('keeps whole rows', () => {
    const kept = rowsWhere(input.rows, (row) => row % 60 === 1);
    expect(kept.labels).toHaveLength(4);
    expect([...kept.calibrated.subarray(0, 3)]).toEqual([...input.rows.calibrated.subarray(3, 6)]);
    expect(kept.sessions).toEqual(['2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05']);
  });
});

describe('the page', () => {
  const sections = reportSections(input, numbers, [A_TRIAL]);

  it('has a picture for everything the guide to a run asks for', () => {
    const titles = sections.flatMap(({ charts }) =>
      charts.map((one) => (one['title'] as { text: string }).text),
    );
    for (const wanted of [
      'before calibration',
      'after calibration',
      'regime 0:',
      'ROC',
      'precision and recall',
    ]) {
      expect(titles.some((title) => title.startsWith(wanted))).toBe(true);
    }
    for (const wanted of [
      'confusion',
      'equity',
      'matter most',
      'row by row',
      'by regime',
      'regimes over',
      'learning',
      'ledger',
    ]) {
      expect(titles.some((title) => title.includes(wanted))).toBe(true);
    }
  });

  it('draws one reliability picture where no calibration was better than none, and says so', () => {
    const rows = { ...input.rows, calibrated: input.rows.uncalibrated };
    const same = { ...input, rows, calibrationKind: 'identity' as const };
    const [table, , calibration] = reportSections(same, reportNumbers(same, TOP_K), [A_TRIAL]);
    const titles = calibration!.charts.map((one) => (one['title'] as { text: string }).text);
    expect(titles.map((title) => title.split(/[,:]/)[0])).toEqual([
      'without calibration',
      'regime 0',
      'regime 1',
    ]);
    expect(calibration!.says).toContain('No calibration was better than none');
    expect(table!.table!.rows.map(([name]) => name).slice(0, 2)).toEqual([
      'out of fold',
      'fold 1: 2026-02-02 to 2026-02-03',
    ]);
    expect(calibration!.table!.head).toEqual(['rows judged', 'rows', 'log-loss', 'ECE']);
    expect(sections[2]!.says).not.toContain('No calibration');
    expect(sections[2]!.charts).toHaveLength(4);
  });

  it('names the calibration in words, with its error before and after in each regime', () => {
    const [, , reliability, choice] = sections;
    expect(reliability!.says).toContain('Calibrated by a temperature');
    const { before, after, regimes } = numbers.calibration;
    expect(reliability!.table!.head.slice(-2)).toEqual(['ECE before', 'after']);
    expect(reliability!.table!.rows.map((row) => [row[0], ...row.slice(-2)])).toEqual([
      ['out of fold', before.ece, after.ece],
      ...regimes.map((one) => [`regime ${one.regime}`, one.before.ece, one.metrics.ece]),
    ]);
    expect(choice!.title).toBe('Which calibration was chosen');
    expect(choice!.table!.rows.filter((row) => row[2] === 'chosen')).toEqual([
      ['temperature', 1.06, 'chosen'],
    ]);
    expect(choice!.table!.rows).toHaveLength(6);
    const titles = reliability!.charts.map((one) => (one['title'] as { text: string }).text);
    const error = `${regimes[0]!.before.ece.toFixed(3)} to ${regimes[0]!.metrics.ece.toFixed(3)}`;
    expect(titles[2]).toBe(`regime 0: ${regimes[0]!.metrics.rows} rows, error ${error}`);
  });

  it('counts the trials of the ledger in words', () => {
    expect(sections.at(-1)!.says).toContain('holds 1 trial for');
    const two = reportSections(input, numbers, [A_TRIAL, A_TRIAL]);
    expect(two.at(-1)!.says).toContain('holds 2 trials for');
  });

  it('aligns words left and numbers right, column by column', async () => {
    const table = {
      head: ['name', 'much', 'mixed'],
      rows: [
        ['a', 1, null],
        ['b', null, 'c'],
      ],
    };
    const html = await page('t', 'l', [{ title: 's', says: '', table, charts: [] }], async () => '');
    expect(html).toContain(
      '<tr><th>name</th><th class="number">much</th><th>mixed</th></tr>' +
        '<tr><td>a</td><td class="number">1</td><td>-</td></tr>' +
        '<tr><td>b</td><td class="number">-</td><td>c</td></tr>',
    );
    expect(html).toMatch(/th, td \{[^}]*text-align: left/);
    expect(html).toMatch(/\.number \{ text-align: right/);
  });

  it('goes without SHAP where a family has none', () => {
    const without = { ...input, shap: null };
    const titles = reportSections(without, reportNumbers(without, TOP_K), []).map(({ title }) => title);
    expect(titles).not.toContain('Which features matter');
  });

  it('goes without the ledger while no trial has a Sharpe ratio', () => {
    const pictures = (trials: readonly (typeof A_TRIAL)[]) =>
      reportSections(input, numbers, trials).at(-1)!.charts;
    expect(pictures([])).toHaveLength(1);
    expect(pictures([{ ...A_TRIAL, daily_sharpe: null }])).toHaveLength(1);
    expect(pictures([A_TRIAL])).toHaveLength(2);
  });

  it('is one file without script or network, and escapes what it is told', async () => {
    const html = await page('A <run> & more', 'lead', sections, async () => '<svg></svg>');
    expect(html).toContain('<title>A &lt;run&gt; &amp; more</title>');
    expect(html.match(/<svg>/g)).toHaveLength(sections.flatMap(({ charts }) => charts).length);
    expect(html).not.toMatch(/<script|https?:|<link|<img/);
    expect(html).toContain('<th>rows judged</th>');
  });
});
