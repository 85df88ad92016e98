import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { ShadowVerdict } from '../../shared/domain/outcomes/shadow-verdict.ts';
import type { Challenger } from '../../shared/domain/promotion/challenger.ts';
import type { Output } from '../output.ts';

/** One exchange of GET /v1/shadow. */
export interface Shadow {
  readonly exchange: Exchange;
  readonly target: string;
  readonly challenger: Challenger | null;
  readonly live_version: string | null;
  readonly verdict: ShadowVerdict | null;
  readonly changes: readonly Challenger[];
}

/** The challengers in a table, each with who set it and why below. */
export function showShadows(shadows: readonly Shadow[], output: Output): void {
  const set = shadows.filter(({ challenger }) => challenger !== null);
  if (set.length === 0) {
    output.line('no challenger; set one with ./oi shadow set EXCHANGE VERSION --operator NAME --reason TEXT');
    return;
  }
  output.table(
    [
      ...['exchange', 'challenger', 'live', 'sessions', 'agree', 'hits (live)'],
      ...['difference in bps', 'e better / worse', 'decision'],
    ],
    set.map(rowOf),
  );
  for (const one of set) output.line(about(one));
  const judged = set.find(({ verdict }) => verdict !== null)?.verdict;
  if (judged) output.line(explain(judged));
}

function rowOf({ exchange, challenger, live_version, verdict }: Shadow): string[] {
  const name = `${challenger?.version}${challenger?.stopped_at === null ? '' : ' (stopped)'}`;
  const pair = [exchange, name, live_version ?? 'none'];
  if (verdict === null) return [...pair, ...Array<string>(5).fill('-'), 'nothing to compare with'];
  const { sessions, judged_sessions, lower_bps, upper_bps, decided_on } = verdict;
  return [
    ...pair,
    sessions === judged_sessions ? String(sessions) : `${sessions} of ${judged_sessions}`,
    percent(verdict.agreement),
    `${percent(verdict.hit_rate)} (${percent(verdict.live_hit_rate)})`,
    `${signed(verdict.mean_difference_bps)} in ${signed(lower_bps)} .. ${signed(upper_bps)}`,
    `${evidence(verdict.e_better)} / ${evidence(verdict.e_worse)}`,
    verdict.in_words + (decided_on === null ? '' : ` (${decided_on})`),
  ];
}

/** Who set or stopped it and why, and how often it answered. */
function about({ exchange, challenger, verdict }: Shadow): string {
  if (challenger === null) return `${exchange}: no challenger`;
  const { since, stopped_at, operator, reason } = challenger;
  const when = stopped_at === null ? `since ${since}` : `stopped ${stopped_at}`;
  const answers =
    verdict === null ? '' : `; answered ${verdict.answered} of ${verdict.asked}, ${verdict.faults} faults`;
  return `${exchange}: ${when} by ${operator}: ${reason}${answers}`;
}

function explain({ alpha, bound_bps }: ShadowVerdict): string {
  return (
    `Differences are means of a session, clipped at ${bound_bps} bps, costs taken off. An e-value of ${1 / alpha} decides; ` +
    `one may look every day: each side is wrong at most once in ${1 / alpha}.`
  );
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}

function signed(value: number | null): string {
  if (value === null) return '-';
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}

function evidence(value: number): string {
  return value >= 1000 ? value.toExponential(1) : value.toPrecision(3);
}
