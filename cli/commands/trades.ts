import { type Command, Option } from 'commander';
import { dayTotal, dayTrades } from '../../shared/domain/audit/day-trades.ts';
import type { Trade } from '../../shared/domain/audit/trade.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { apiAs, contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import { showTrades } from '../trades/show.ts';

interface TradesOptions {
  readonly exchange?: string;
  readonly date?: string;
}

export function tradesCommand(program: Command): void {
  program
    .command('trades')
    .description("a day's trades, the tracker's, a person's and the paper broker's: what is open, why, PnL")
    .addOption(new Option('--exchange <name>', 'only this exchange').choices([...EXCHANGES]))
    .option('--date <date>', 'the day (YYYY-MM-DD); today when left out', calendarDate)
    .action(async ({ exchange, date }: TradesOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const answer = await apiAs(connect(), 'viewer').call<{ date: string; reports: Trade[] }>({
        method: 'GET',
        path: '/v1/trades',
        query: { ...(exchange && { exchange }), ...(date && { date }) },
      });
      const trades = dayTrades(answer.reports);
      showTrades(answer.date, trades, output);
      output.result({ ok: true, date: answer.date, trades, total: dayTotal(trades) });
    });
}
