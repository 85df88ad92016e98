import { type RuleResult, shown } from './rule-result.ts';
import { tradingSentence, tradingTable } from './trading-words.ts';
import type { Verdict, VerdictSummary } from './verdict.ts';
import { windowRuns } from './windows.ts';
import { baselineSentence, runCells } from './windows-words.ts';

const WORD = { true: 'passed', false: '**failed**', null: 'not applicable' } as const;

/** The verdict as a page for people: outcome first, then rule by rule, then the numbers side by side. */
export function verdictMarkdown(verdict: Verdict): string {
  return [
    `# ${verdict.pass ? 'Approved' : 'Refused'}: ${verdict.exchange} ${verdict.target} ${verdict.version}`,
    outcome(verdict),
    ...(verdict.profile_note === null ? [] : [`> ${verdict.profile_note}`]),
    '## Rules',
    rulesTable(verdict.rules),
    '## Numbers',
    numbersTable(verdict.candidate, verdict.baseline),
    '## Trades',
    tradingSentence(verdict),
    ...tradesTable(verdict),
    '## Windows',
    ...(verdict.baseline === null ? [] : [baselineSentence(verdict.windows)]),
    windowsTable(verdict),
    '## Made with',
    madeWith(verdict),
  ].join('\n\n');
}

function outcome(verdict: Verdict): string {
  const passed = verdict.rules.filter((rule) => rule.pass === true).length;
  const counts = `${passed} of ${verdict.rules.length} rules passed, ${verdict.failed.length} failed, ${verdict.not_applicable.length} not applicable.`;
  if (verdict.pass) return `${counts} The bundle may be promoted.`;
  return `${counts} The bundle stays out of production: ${verdict.failed.join(', ')}.`;
}

function rulesTable(rules: readonly RuleResult[]): string {
  const rows = rules.map((rule) => {
    const numbers = [rule.candidate, rule.baseline, rule.threshold].map(cell).join(' | ');
    return `| ${rule.rule} | ${WORD[`${rule.pass}`]} | ${numbers} | ${rule.why.replaceAll('|', '/')} |`;
  });
  return [
    '| rule | result | candidate | production | threshold | why |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function numbersTable(candidate: VerdictSummary, baseline: VerdictSummary | null): string {
  const line = (name: string, of: (one: VerdictSummary) => number | null) =>
    `| ${name} | ${cell(of(candidate))} |${baseline === null ? '' : ` ${cell(of(baseline))} |`}`;
  return [
    `| number | ${candidate.version} |${baseline === null ? '' : ` production ${baseline.version} |`}`,
    baseline === null ? '|---|---|' : '|---|---|---|',
    line('held-out sessions', (one) => one.held_out_sessions.length),
    line('out-of-sample sessions', (one) => one.out_of_sample_sessions.length),
    line('trades', (one) => one.trades),
    line('total return', (one) => one.total_return),
    line('daily Sharpe ratio', (one) => one.daily_sharpe),
    line('annual Sharpe ratio (252 days)', (one) => one.annual_sharpe),
    line('hit rate', (one) => one.hit_rate),
    line('payoff', (one) => one.payoff),
    line('largest drawdown', (one) => one.max_drawdown),
    line('F1 of the directions', (one) => one.f1),
    line('precision at top k', (one) => one.precision_at_top_k),
    line('expected calibration error, held out', (one) => one.held_out_ece),
  ].join('\n');
}

function tradesTable(verdict: Verdict): string[] {
  const table = tradingTable(verdict);
  if (table === undefined) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [[line(table.head), line(table.head.map(() => '---')), ...table.rows.map(line)].join('\n')];
}

function windowsTable({ windows }: Verdict): string {
  const rows = windowRuns(windows).map((run) => `| ${runCells(run).join(' | ')} |`);
  return ['| sessions | number | candidate | production | note |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function madeWith(verdict: Verdict): string {
  const { options } = verdict;
  return [
    `- Class: ${verdict.candidate_class}; profile: ${verdict.profile}; seed ${verdict.seed}; evaluated ${verdict.evaluated_at}.`,
    `- Dataset ${verdict.dataset_version}; bundle hash ${verdict.bundle_hash}.`,
    `- Trades: policy ${options?.policy ?? 'of the underlying alone'}; quotes ${options?.quotes_hash ?? 'none'}.`,
  ].join('\n');
}

function cell(value: number | null): string {
  return value === null ? '-' : shown(value);
}
