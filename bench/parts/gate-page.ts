import { renderChart } from '../../shared/adapters/vega/render-chart.ts';
import { GATE_RULES } from '../../shared/domain/evaluation/rule-result.ts';
import { type Chart, chart, nominal, quantitative } from '../../shared/domain/training/report/chart.ts';
import { page, type Section } from '../../shared/domain/training/report/page.ts';
import type { Group } from './gate-experiments.ts';
import type { Judged } from './gate-pool.ts';

export type Shown = Judged & { readonly group: Group };

const TARGETS: Partial<Record<Group, string>> = {
  same: 'at most 5 % ever in 30 nights',
  better: 'at least 80 %',
  equal: 'at least 90 %',
  worse: 'at most 5 %',
};

/** The benchmark as a page: what was promised, which rule refused, and how it depends on what is true. */
export function gatePage(judged: readonly Shown[]): Promise<string> {
  const of = (group: Group) => judged.filter((one) => one.group === group);
  const promised = judged.filter(({ group }) => TARGETS[group] !== undefined);
  return page(
    'How often the gate errs',
    'Simulated candidates and productions whose difference is known, 250 days each.',
    [
      { title: 'What is promised', says: PROMISED, table: rates(promised), charts: [] },
      {
        title: 'Power over the size of the edge',
        says: 'First night, 250 days. A replacement has to be better, a refresh only no worse: the two dashed lines are what is promised for an edge of 0.1 and for none. Bars are two standard errors.',
        charts: [curve(of('by edge'), 'edge', 'true daily Sharpe ratio less that of production', 'kind')],
      },
      { title: 'Which rule refused', says: REFUSED, table: refusals(promised), charts: [] },
      {
        title: 'Over the correlation of the two',
        says: 'What the same edge is worth depends on how much of the noise the two share.',
        charts: [
          curve(of('by correlation'), 'correlation', "correlation of the two's daily returns", 'truth'),
        ],
        table: rates(of('by correlation')),
      },
      {
        title: 'Over what production earns',
        says: 'The deflated Sharpe ratio and the drawdown ask for a level, not for a difference.',
        charts: [curve(of('by production'), 'base', 'true daily Sharpe ratio of production', 'truth')],
        table: rates([...of('by production'), ...of('nothing else tried')]),
      },
    ] satisfies Section[],
    renderChart,
  );
}

const PROMISED =
  'Equal is the hardest of what is no better. Candidate and production trade the same market; production earns what it must for a gate like this to have let it in.';
const REFUSED =
  'Share of the candidates that a rule refused on the first night; in brackets those that no other rule refused.';

function rates(shown: readonly Shown[]) {
  return {
    head: ['what is true', 'pairs', 'first night, %', 'ever, %', 'nights', 'promised'],
    rows: shown.map(({ name, group, pairs, passed, everPassed, nights }) => [
      ...[name, pairs, (100 * passed) / pairs, (100 * everPassed) / pairs, nights, TARGETS[group] ?? ''],
    ]),
    decimals: 1,
  };
}

function refusals(shown: readonly Shown[]) {
  const percent = (count: number, pairs: number) => ((100 * count) / pairs).toFixed(1);
  return {
    head: ['rule', ...shown.map(({ group }) => group)],
    rows: GATE_RULES.map((rule) => [
      rule,
      ...shown.map(({ refused, refusedAlone, pairs }) => {
        const [all, alone] = [refused[rule] ?? 0, refusedAlone[rule] ?? 0];
        return all === 0 ? '' : `${percent(all, pairs)} (${percent(alone, pairs)})`;
      }),
    ]),
  };
}

/** Share let through on the first night over one number of the experiments. */
function curve(
  shown: readonly Shown[],
  over: 'edge' | 'correlation' | 'base',
  title: string,
  by: 'kind' | 'truth',
): Chart {
  const values = shown.map(({ kind, edge, correlation, base, pairs, passed }) => {
    const rate = passed / pairs;
    const error = Math.sqrt(Math.max(rate * (1 - rate), 1 / pairs) / pairs);
    return {
      ...{ kind, edge, correlation, base, rate },
      truth: `${kind}, edge ${edge}`,
      least: Math.max(0, rate - 2 * error),
      most: Math.min(1, rate + 2 * error),
    };
  });
  const x = quantitative(over, title, { scale: { zero: false } });
  const color = nominal(by, by === 'kind' ? 'class' : 'what is true');
  const y = quantitative('rate', 'let through', { scale: { domain: [0, 1] } });
  return chart({
    title: `let through over the ${over === 'base' ? "production's Sharpe ratio" : over}`,
    width: 460,
    height: 280,
    values,
    layer: [
      {
        data: { values: [{ at: 0.05 }, { at: by === 'kind' ? 0.8 : 0.9 }] },
        mark: { type: 'rule', color: '#bbbbbb', strokeDash: [4, 4] },
        encoding: { y: quantitative('at', '') },
      },
      {
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { x, color, y: quantitative('least', 'let through'), y2: { field: 'most' } },
      },
      { mark: { type: 'line', point: true }, encoding: { x, color, y } },
    ],
  });
}
