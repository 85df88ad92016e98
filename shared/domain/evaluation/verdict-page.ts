import type { Chart } from '../training/report/chart.ts';
import { page, type Section } from '../training/report/page.ts';
import { comparable, type GateContext } from './gate-context.ts';
import { marginChart } from './margin-chart.ts';
import { ruleMargin } from './rule-margins.ts';
import { type RuleResult, shown } from './rule-result.ts';
import { tradingSentence, tradingTable } from './trading-words.ts';
import type { Verdict } from './verdict.ts';
import { equityCharts, reliabilityCharts } from './verdict-charts.ts';
import { windowRuns } from './windows.ts';
import { baselineSentence, runCells } from './windows-words.ts';

const WORD = { true: '\u2713 passed', false: '\u2717 failed', null: '\u2013 not applicable' } as const;

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
        head: ['rule', 'result', 'candidate', 'production', 'threshold', 'margin', 'why'],
        rows: verdict.rules.map(ruleRow),
      },
      charts: [marginChart(verdict.rules)],
    },
    windowsSection(verdict, context),
    {
      title: 'Equity',
      says: `${
        context.baseline === null
          ? 'Out-of-sample sessions of the candidate; nothing is in production yet.'
          : `Both on the sessions they have in common; production is ${context.baseline.version}.`
      } ${drawdownWords(verdict)}`,
      charts: equityCharts(candidate, context.baseline),
    },
    { title: 'Trades', says: tradingSentence(verdict), table: tradingTable(verdict), charts: [] },
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
    'From the dashed line on the sessions are held out from the candidate. The pictures show the ends of sessions; the rule drawdown-bounded looks after every trade of all out-of-sample ' +
    `sessions, where the candidate's largest drawdown is ${shown(judged?.candidate ?? null)} of the equity.`
  );
}

function ruleRow(result: RuleResult) {
  const { rule, pass, candidate, baseline, threshold, why } = result;
  return [
    rule,
    WORD[`${pass}`],
    ...[candidate, baseline, threshold, ruleMargin(result).margin].map(cell),
    why,
  ];
}

/** As a sentence would say it: four decimals, and never a tail of rounding. */
function cell(value: number | null): number | null {
  return value === null ? null : Number(shown(value));
}

function windowsSection({ windows }: Verdict, { baseline }: GateContext): Section {
  return {
    title: 'Windows',
    says:
      baseline === null
        ? "Nothing is in production yet: the candidate's sessions stand alone."
        : baselineSentence(windows),
    table: {
      head: ['sessions', 'number', 'candidate', 'production', 'note'],
      rows: windowRuns(windows).map(runCells),
    },
    charts: [],
  };
}
