import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { indianDay, indianTime } from '../indian-clock.ts';
import type { Output } from '../output.ts';
import { percent } from './number-words.ts';
import { shortWhy } from './short-why.ts';

/** What the other columns take of a line. */
const TAKEN = 86;
const NARROWEST = 40;

/** The answers of a session, newest first, one a line, with what they were in sum; `width` is the terminal's. */
export function showList(recommendations: readonly Recommendation[], output: Output, width: number): void {
  const [newest] = recommendations;
  if (newest === undefined) {
    output.line('no recommendations yet: they come with the snapshots, thirty minutes into a session');
    return;
  }
  output.line(`${indianDay(newest.timestamp)} (Indian time), ${inSum(recommendations)}`);
  output.line();
  output.table(
    ['time', 'exchange', 'action', 'sure', 'lots', 'execute', 'id', 'why'],
    recommendations.map((one) => [
      indianTime(one.timestamp),
      one.exchange,
      one.action,
      one.action === 'HOLD' ? '' : percent(one.confidence),
      one.recommended_lots,
      one.execute ? 'yes' : (one.risk_flags[0] ?? 'no'),
      one.id,
      shortWhy(one.rationale, Math.max(width - TAKEN, NARROWEST)),
    ]),
  );
  output.line();
  output.line(`${modelsOf(recommendations)}; ./oi explain ID tells one of them`);
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
