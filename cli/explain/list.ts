import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { indianDay, indianTime } from '../indian-clock.ts';
import type { Output } from '../output.ts';
import { percent } from './number-words.ts';
import { shortWhy } from './short-why.ts';
import { wrap } from './wrap.ts';

const HEAD = ['time', 'exchange', 'action', 'sure', 'lots', 'execute', 'id'] as const;
const GAP = 2;
/** Below that a reason says nothing. */
const NARROWEST = 40;

/**
 * The answers of a session, newest first, one a line, with what they were in sum; `width` is the terminal's. Where it
 * leaves no room for reasons they are left out: `execute` names the flag, and `./oi explain` tells the rest.
 */
export function showList(recommendations: readonly Recommendation[], output: Output, width: number): void {
  const [newest] = recommendations;
  if (newest === undefined) {
    output.line('no recommendations yet: they come with the snapshots, thirty minutes into a session');
    return;
  }
  const tell = (text: string) => {
    for (const line of wrap(text, width)) output.line(line);
  };
  tell(`${indianDay(newest.timestamp)} (Indian time), ${inSum(recommendations)}`);
  output.line();
  const rows = recommendations.map(rowOf);
  const room = width - taken(rows);
  if (room < NARROWEST) output.table([...HEAD], rows);
  else
    output.table(
      [...HEAD, 'why'],
      recommendations.map((one, at) => [...(rows[at] ?? []), shortWhy(one.rationale, room)]),
    );
  output.line();
  tell(`${modelsOf(recommendations)}; ./oi explain ID tells one of them`);
}

function rowOf(one: Recommendation): (string | number)[] {
  return [
    indianTime(one.timestamp),
    one.exchange,
    one.action,
    one.action === 'HOLD' ? '' : percent(one.confidence),
    one.recommended_lots,
    one.execute ? 'yes' : (one.risk_flags[0] ?? 'no'),
    one.id,
  ];
}

/** What the columns before the reasons take of a line. */
function taken(rows: readonly (readonly (string | number)[])[]): number {
  return HEAD.reduce(
    (sum, name, at) => sum + GAP + Math.max(name.length, ...rows.map((row) => String(row[at]).length)),
    0,
  );
}

function inSum(recommendations: readonly Recommendation[]): string {
  const count = (wanted: (one: Recommendation) => boolean) => recommendations.filter(wanted).length;
  const of = (action: Recommendation['action']) => `${count((one) => one.action === action)} ${action}`;
  const shown =
    recommendations.length === 1 ? 'the newest answer' : `the ${recommendations.length} newest answers`;
  return `${shown}: ${of('BUY')}, ${of('SELL')}, ${of('HOLD')}; ${count(({ execute }) => execute)} to be executed`;
}

function modelsOf(recommendations: readonly Recommendation[]): string {
  const models = new Map<string, string>();
  for (const { exchange, model_version } of recommendations) {
    if (model_version !== null) models.set(`${exchange} ${model_version}`, `${model_version} (${exchange})`);
  }
  return models.size === 0 ? 'no model was live' : `answered by ${[...models.values()].join(', ')}`;
}
