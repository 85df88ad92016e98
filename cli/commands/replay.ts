import { type Command, Option } from 'commander';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import { showDay, showReplay } from '../replay/show.ts';

interface Asked {
  readonly exchange?: Exchange;
  readonly date?: string;
}

export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description(
      'give a recommendation, or a day of them, again from lake and bundle and compare every number',
    )
    .argument('[id]', 'a recommendation')
    .addOption(new Option('--exchange <name>', 'a whole day of this exchange').choices([...EXCHANGES]))
    .option('--date <date>', 'the session (YYYY-MM-DD)', calendarDate)
    .action(async (id: string | undefined, asked: Asked, command: Command) => {
      const { exchange, date } = wanted(id, asked);
      const { output, connect } = contextOf(command);
      // The model's library: 30 MB that no other command needs.
      const { openReplays, replayStore } = await import('../replay/store.ts');
      const store = replayStore(connect());
      const replay = openReplays(store);
      if (id !== undefined) {
        const { recommendation } = await store.recommendations.trail(id);
        const { replayed, ...found } = await replay(recommendation);
        showReplay(recommendation, found, output);
        if (found.status !== 'identical') process.exitCode = 1;
        output.result({ ok: found.status === 'identical', ...found, replayed });
        return;
      }
      const { replayDay } = await import('../replay/day.ts');
      const recorded = await store.recommendations.ofDay(exchange, date);
      if (recorded.length === 0) {
        const expected = `recommendations of ${exchange} on ${date}`;
        throw new NotFound(`--date: expected ${expected}, was none; ./oi recommendations lists the newest`, {
          field: 'date',
        });
      }
      const day = await replayDay(recorded, replay, (done, total) =>
        output.progress('given again', done, total),
      );
      showDay(exchange, date, day, output);
      const ok = day.identical === day.answers;
      if (!ok) process.exitCode = 1;
      output.result({ ok, exchange, date, ...day });
    });
}

/** @throws RejectedInput unless it is either one answer or a day of an exchange. */
function wanted(id: string | undefined, { exchange, date }: Asked): { exchange: Exchange; date: string } {
  const isDay = exchange !== undefined && date !== undefined;
  const isOne = id !== undefined && exchange === undefined && date === undefined;
  if (isOne) return { exchange: 'NSE', date: '' };
  if (id === undefined && isDay) return { exchange, date };
  const was = [id && 'an id', exchange && '--exchange', date && '--date'].filter(Boolean).join(' and ');
  throw new RejectedInput(
    `replay: expected either an id, or --exchange with --date, was ${was || 'neither'}`,
    { field: 'id' },
  );
}
