import { type Chart, chart } from '../training/report/chart.ts';
import { ruleMargin } from './rule-margins.ts';
import { type RuleResult, shown } from './rule-result.ts';

/** Okabe and Ito (2008): told apart by colour-blind readers, too. */
const RESULTS = { passed: '#009E73', failed: '#D55E00', 'not applicable': '#999999' } as const;
const WORD = { true: 'passed', false: 'failed', null: 'not applicable' } as const;

/** Every rule as a bar from its threshold: to the right is the side that passes. Bars are cut at the frame. */
export function marginChart(rules: readonly RuleResult[]): Chart {
  const values = rules.map(ruleMargin).map(({ rule, pass, margin, share }) => ({
    rule,
    result: WORD[`${pass}`],
    share: share ?? 0,
    edge: (share ?? 0) < 0 ? 0.03 : -0.03,
    said: margin === null ? 'no number' : `${margin > 0 ? '+' : ''}${shown(margin)}`,
    side: (share ?? 0) < 0 ? 'left' : 'right',
  }));
  const order = { field: 'rule', type: 'nominal', title: null, sort: rules.map(({ rule }) => rule) };
  const words = (side: 'left' | 'right') => ({
    transform: [{ filter: `datum.side === '${side}'` }],
    mark: { type: 'text', align: side === 'left' ? 'left' : 'right', fontSize: 11, color: '#444444' },
    encoding: { x: { field: 'edge', type: 'quantitative' }, text: { field: 'said', type: 'nominal' } },
  });
  return chart({
    title: 'distance from the threshold',
    width: 620,
    height: { step: 22 },
    values,
    encoding: { y: { ...order, axis: { ticks: false, domain: false } } },
    layer: [
      {
        mark: { type: 'bar', height: 13 },
        encoding: {
          x: {
            field: 'share',
            type: 'quantitative',
            title: 'fails  ←  threshold  →  passes',
            scale: { domain: [-1, 1] },
            axis: { labels: false, ticks: false, values: [-1, -0.5, 0, 0.5, 1] },
          },
          color: {
            field: 'result',
            type: 'nominal',
            title: null,
            scale: { domain: Object.keys(RESULTS), range: Object.values(RESULTS) },
            legend: { orient: 'top' },
          },
        },
      },
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', color: '#222222', strokeWidth: 1.5 },
        encoding: { x: { field: 'at', type: 'quantitative' }, y: null },
      },
      words('left'),
      words('right'),
    ],
  });
}
