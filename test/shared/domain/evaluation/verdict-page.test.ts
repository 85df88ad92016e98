import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../shared/adapters/vega/render-chart.ts';
import type { SessionBaseline } from '../../../../shared/domain/evaluation/baseline.ts';
import type { GateContext } from '../../../../shared/domain/evaluation/gate-context.ts';
import { verdict } from '../../../../shared/domain/evaluation/verdict.ts';
import { equityCharts, reliabilityCharts } from '../../../../shared/domain/evaluation/verdict-charts.ts';
import { verdictPage } from '../../../../shared/domain/evaluation/verdict-page.ts';
import type { Chart } from '../../../../shared/domain/training/report/chart.ts';
import { EARNING, gateCase, judged, measures, production } from './gate-case.ts';

const execution = { horizon_minutes: 15 } as never;
const judgedBy = (context: GateContext) =>
  verdict({
    ...{ context, exchange: 'NSE', target: 'tb15', dataset_version: '2026-03-02', execution },
    evaluated_at: '2026-03-02T10:30:00.000Z',
  });
const pageOf = (context: GateContext) => verdictPage(judgedBy(context), context, renderChart);
const valuesOf = (chart: Chart) => (chart['data'] as { values: Record<string, number | string>[] }).values;

describe('the page of a verdict', () => {
  it('approves a first model with every rule, its equity and its reliability', async () => {
    const context = gateCase();
    const html = await pageOf(context);
    expect(html).toContain('<h1>Approved: NSE tb15 2026-03-02-aaaaaaaa</h1>');
    for (const { rule, why } of judgedBy(context).rules) {
      expect(html).toContain(`<td>${rule}</td>`);
      expect(html).toContain(why.slice(0, 20).replaceAll('<', '&lt;'));
    }
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain('nothing is in production yet');
    expect(html).toContain("where the candidate's largest drawdown is 0.02 of the equity");
    expect(html).toContain('drawdown at session ends');
  });

  it('says of a refused one which rules failed, and shows production beside it', async () => {
    const html = await pageOf(gateCase({ exploratory: true, baseline: production() }));
    expect(html).toContain('<h1>Refused:');
    expect(html).toContain('stays out of production: ');
    expect(html).toContain('enough-evidence');
    expect(html).toContain('production is 2026-02-27-bbbbbbbb');
    expect(html).toContain('reliability of the production');
    expect(html).toContain('<td>\u2717 failed</td>');
  });

  it('says session by session where production’s answers come from', async () => {
    const context = gateCase({ baseline: production() });
    const sources = context.candidate.all.backtest.days.map(
      ({ session }, at): SessionBaseline => ({
        ...{ session, source: at < 70 ? 'walk_forward' : 'audited', minutes: 360 },
        ...{ missing: at === 75 ? 4 : 0, unasked: 0, why: null },
      }),
    );
    const html = await pageOf({ ...context, sources });
    expect(html).toContain('Production is compared on 80 of 80 sessions: 10 by what it answered live; 70 by');
    expect(html).toContain('<td>day-012 to day-069</td>');
    expect(html).toContain('4 minutes without an answer, taken as HOLD');
  });

  it('needs nothing but itself: no script, no address', async () => {
    const html = await pageOf(gateCase({ baseline: production() }));
    expect(html).not.toMatch(/<script|<link|@import|(src|href)="https?:/);
  });
});

describe('the pictures of a verdict', () => {
  it('start from the starting equity, so that a first loss is a drawdown', () => {
    const losing = judged({ returns: [-0.1, 0.05] });
    const { days } = losing.all.backtest;
    const equity = [90, 95];
    const all = {
      ...losing.all.backtest,
      days: days.map((day, at) => ({ ...day, equity_rupees: equity[at]!, pnl_rupees: [-10, 5][at]! })),
    };
    const [profit, drawdown] = equityCharts({ ...losing, all: { ...losing.all, backtest: all } }, null);
    expect(valuesOf(profit!).map((day) => day['profit'])).toEqual([
      expect.closeTo(-10, 9),
      expect.closeTo(-5, 9),
    ]);
    expect(valuesOf(drawdown!).map((day) => day['drawdown'])).toEqual([
      expect.closeTo(-10, 9),
      expect.closeTo(-5, 9),
    ]);
  });

  it('mark where the held-out sessions begin, where there are any', () => {
    const layers = (one: ReturnType<typeof judged>) => equityCharts(one, null)[0]!['layer'] as object[];
    const held = { ...judged(), held_out: measures({ returns: EARNING.slice(-12) }) };
    expect(layers(held)[1]).toMatchObject({ data: { values: [{ session: 'day-000' }] } });
    expect(layers({ ...judged(), held_out: measures({ returns: [] }) })).toHaveLength(1);
  });

  it('date some sessions of many, and show them all', () => {
    const [profit] = equityCharts(judged(), null);
    const { x } = profit!['encoding'] as { x: { axis: { values: string[] } } };
    expect(x.axis.values).toHaveLength(14);
    expect(valuesOf(profit!)).toHaveLength(80);
  });

  it('are left out where there is nothing to draw', () => {
    const empty = judged({ returns: [], calibration: null });
    expect(equityCharts(empty, null)).toEqual([]);
    expect(reliabilityCharts(empty, null)).toEqual([]);
  });
});
