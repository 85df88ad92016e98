import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../../shared/adapters/vega/render-chart.ts';
import {
  type CombinatorialSummary,
  summarisePaths,
} from '../../../../../shared/domain/training/combinatorial-summary.ts';
import { combinatorialSections } from '../../../../../shared/domain/training/report/combinatorial-section.ts';

const path = (number: number, net_return: number, daily_sharpe: number | null) => ({
  path: number,
  rows: 1000,
  log_loss: 0.9 + number / 100,
  base_log_loss: 1,
  auc: { sell: 0.55, hold: 0.6, buy: 0.57 },
  trades: 40,
  net_return,
  daily_sharpe,
});
const summary: CombinatorialSummary = {
  left_out: null,
  groups: 4,
  judged: 2,
  sessions: 20,
  embargo_sessions: 1,
  splits: 6,
  ...summarisePaths([path(1, 0.02, 0.3), path(2, -0.01, -0.2), path(3, 0, null)]),
};

describe('the section of backtest paths', () => {
  it('says how the paths were made and how many lost', () => {
    const [section] = combinatorialSections(summary);
    expect(section!.says).toContain('4 blocks of whole sessions, 2 judged by each of 6 fits');
    expect(section!.says).toContain('1 session of embargo');
    expect(section!.says).toContain('1 path of 3 lost money after cost');
    expect(section!.table!.rows[0]).toEqual([
      'log-loss',
      expect.closeTo(0.92),
      expect.closeTo(0.01),
      0.91,
      0.93,
    ]);
    expect(section!.table!.rows.at(-1)!.slice(3)).toEqual([-0.2, 0.3]);
  });

  it('draws a dot for each path that has a figure, beside the line of no edge', async () => {
    const [section] = combinatorialSections(summary);
    const [sharpe, loss] = await Promise.all(section!.charts.map(renderChart));
    expect(sharpe).toContain('daily Sharpe ratio by path');
    const marks = (svg: string | undefined, kind: string, element: string) =>
      new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, 's').exec(svg!)![1]!.split(`<${element}`)
        .length - 1;
    expect(marks(loss, 'symbol', 'path')).toBe(3);
    expect(marks(sharpe, 'symbol', 'path')).toBe(2);
    expect(marks(sharpe, 'rule', 'line')).toBe(1);
  });

  it('says that nothing was traded, and draws no picture of ratios that there are not', () => {
    const idle = [1, 2].map((number) => ({ ...path(number, 0, null), trades: 0 }));
    const [section] = combinatorialSections({ ...summary, ...summarisePaths(idle) });
    expect(section!.says).toContain('No path traded. The gate');
    expect(section!.charts).toHaveLength(1);
    expect(section!.table!.rows.at(-1)).toEqual(['daily Sharpe ratio', null, null, null, null]);
  });

  it('says why there are none, and nothing for a run that knows nothing of them', () => {
    expect(combinatorialSections({ left_out: 'expected at least 12 sessions, was 4' })).toEqual([
      { title: 'Backtest paths', says: 'None: expected at least 12 sessions, was 4.', charts: [] },
    ]);
    expect(combinatorialSections(undefined)).toEqual([]);
  });
});
