import { type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { apiAs, contextOf } from '../context.ts';
import { showList } from '../explain/list.ts';
import { calendarDate } from '../options.ts';
import { showTrail, type Trail } from '../trail.ts';

/** Of a line where no terminal says it. */
const WIDTH = 200;

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
        showList(answer.recommendations, output, process.stdout.columns ?? WIDTH);
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
