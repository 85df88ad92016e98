import { type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { type OutcomesAnswer, STATISTICS_BY } from '../../shared/domain/outcomes/statistics.ts';
import { apiAs, contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import { outcomesPage } from '../outcomes/show.ts';

/** Of a line where no terminal says it. */
const WIDTH = 120;

interface Asked {
  readonly by: string;
  readonly exchange?: string;
  readonly days: string;
  readonly from?: string;
  readonly to?: string;
}

export function outcomesCommand(program: Command): void {
  program
    .command('outcomes')
    .description(
      'how answers and trades turned out: accuracy beside what was claimed, win rate, payoff, drawdown',
    )
    .addOption(
      new Option('--by <what>', 'what they are grouped by').choices([...STATISTICS_BY]).default('exchange'),
    )
    .addOption(new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]))
    .option('--days <count>', 'the last so many sessions', '20')
    .option('--from <date>', 'from this session on (YYYY-MM-DD), whatever --days says', calendarDate)
    .option('--to <date>', 'up to this session; the newest when left out', calendarDate)
    .action(async (asked: Asked, command: Command) => {
      const { output, connect } = contextOf(command);
      const api = apiAs(connect(), 'operator');
      const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const answer = await api.call<OutcomesAnswer>({ method: 'GET', path: '/v1/outcomes', query });
      for (const line of outcomesPage(answer, process.stdout.columns ?? WIDTH)) output.line(line);
      output.result({ ok: true, ...answer });
    });
}
