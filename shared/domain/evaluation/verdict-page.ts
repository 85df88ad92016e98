import type { Chart } from '../training/report/chart.ts';
import { page, type Section } from '../training/report/page.ts';
import { comparable, type GateContext } from './gate-context.ts';
import { type RuleResult, shown } from './rule-result.ts';
import type { Verdict } from './verdict.ts';
import { equityCharts, reliabilityCharts } from './verdict-charts.ts';

const WORD = { true: 'passed', false: 'failed', null: 'not applicable' } as const;

/** The verdict as a page with pictures; the same words as the Markdown. `draw` turns a chart into SVG. */
export function verdictPage(
  verdict: Verdict,
  context: GateContext,
  draw: (chart: Chart) => Promise<string>,
): Promise<string> {
  const { exchange, target, version, failed, pass } = verdict;
  const title = `${pass ? 'Approved' : 'Refused'}: ${exchange} ${target} ${version}`;
  const lead = pass
    ? 'Every rule that applies passed. The bundle may be promoted.'
    : `The bundle stays out of production: ${failed.join(', ')}.`;
  return page(title, lead, sectionsOf(verdict, context), draw);
}

function sectionsOf(verdict: Verdict, context: GateContext): Section[] {
  const candidate = comparable(context);
  const note = verdict.profile_note === null ? '' : ` ${verdict.profile_note}`;
  return [
    {
      title: 'Rules',
      says: `Class ${verdict.candidate_class}, profile ${verdict.profile}, seed ${verdict.seed}, evaluated ${verdict.evaluated_at}.${note}`,
      table: {
        head: ['rule', 'result', 'candidate', 'production', 'threshold', 'why'],
        rows: verdict.rules.map(ruleRow),
      },
      charts: [],
    },
    {
      title: 'Equity',
      says: `${
        context.baseline === null
          ? 'Out-of-sample sessions of the candidate; nothing is in production yet.'
          : `Both on the sessions they have in common; production is ${context.baseline.version}.`
      } ${drawdownWords(verdict)}`,
      charts: equityCharts(candidate, context.baseline),
    },
    {
      title: 'Reliability',
      says: 'Probabilities against what came true, on out-of-sample rows.',
      charts: reliabilityCharts(candidate, context.baseline),
    },
  ];
}

/** A fall within a session that is made good by its end is in the rule's number and not in the picture. */
function drawdownWords({ rules }: Verdict): string {
  const judged = rules.find(({ rule }) => rule === 'drawdown-bounded');
  return (
    'The pictures show the ends of sessions; the rule drawdown-bounded looks after every trade of all out-of-sample ' +
    `sessions, where the candidate's largest drawdown is ${shown(judged?.candidate ?? null)} of the equity.`
  );
}

function ruleRow({ rule, pass, candidate, baseline, threshold, why }: RuleResult) {
  return [rule, WORD[`${pass}`], candidate, baseline, threshold, why];
}
