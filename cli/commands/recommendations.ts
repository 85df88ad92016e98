import { type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { apiAs, contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import type { Output } from '../output.ts';
import { showTrail, type Trail } from '../trail.ts';

interface ListOptions {
  readonly exchange?: string;
  readonly date?: string;
  readonly limit: string;
}

export function recommendationsCommand(program: Command): void {
  program
    .command('recommendations')
    .description(
      'the latest answers; with an id, one followed back to its model, dataset, files and snapshots',
    )
    .argument('[id]', 'a recommendation')
    .addOption(new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]))
    .option('--date <date>', 'the session (YYYY-MM-DD); the newest with answers when left out', calendarDate)
    .option('--limit <count>', 'how many', '20')
    .action(async (id: string | undefined, options: ListOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const api = apiAs(connection, 'operator');
      if (id === undefined) {
        const { exchange, date, limit } = options;
        const query = { limit, ...(exchange && { exchange }), ...(date && { date }) };
        const path = '/v1/recommendations';
        const answer = await api.call<{ recommendations: Recommendation[] }>({ method: 'GET', path, query });
        showList(answer.recommendations, output);
        output.result({ ok: true, recommendations: answer.recommendations });
        return;
      }
      const trail = await api.call<Trail>({
        method: 'GET',
        path: `/v1/recommendations/${encodeURIComponent(id)}`,
      });
      output.result({ ok: true, ...trail, ...(await showTrail(connection, trail, output)) });
    });
}

function showList(recommendations: readonly Recommendation[], output: Output): void {
  if (recommendations.length === 0) {
    output.line('no recommendations yet');
    return;
  }
  output.table(
    ['id', 'time (IST)', 'exchange', 'action', 'confidence', 'lots', 'execute', 'risk', 'model', 'why'],
    recommendations.map((one) => [
      one.id,
      indianClock(one.timestamp),
      one.exchange,
      one.action,
      one.confidence.toFixed(3),
      one.recommended_lots,
      one.execute ? 'yes' : 'no',
      one.risk_flags[0] ?? '-',
      one.model_version ?? '-',
      shortWhy(one.rationale),
    ]),
  );
}

const OBJECTION = '; not to be executed because ';
const WHY_LENGTH = 70;
const WHY_BEFORE_OBJECTION = 40;

/**
 * A rationale that fits a table: cut at a word, but never what speaks against executing it.
 * Example: `BUY at 61.0 % against SELL at 20.0 % ...; not to be executed because the size is below one lot.`
 */
export function shortWhy(rationale: string): string {
  const from = rationale.indexOf(OBJECTION);
  if (from < 0) return cutAtWord(rationale, WHY_LENGTH);
  return cutAtWord(rationale.slice(0, from), WHY_BEFORE_OBJECTION) + rationale.slice(from);
}

/** At most `length` characters, whole words, with ` ...` where something is missing. */
function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const room = text.slice(0, length - ' ...'.length + 1);
  const end = room.lastIndexOf(' ');
  return `${room.slice(0, end > 0 ? end : -1).replace(/[,;]$/, '')} ...`;
}

/** The Indian wall clock of a moment. Example: `2025-12-04 12:35`. */
export function indianClock(timestamp: string): string {
  return new Date(Date.parse(timestamp) + 19_800_000).toISOString().slice(0, 16).replace('T', ' ');
}
