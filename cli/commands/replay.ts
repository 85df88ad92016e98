import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Recommendation, recommendationSchema } from '../../shared/domain/scoring/recommendation.ts';
import { NotFound, RejectedInput } from '../../shared/errors.ts';
import { contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';
import type { Output } from '../output.ts';
import { type Shown, showDay, showReplay } from '../replay/show.ts';

interface Asked {
  readonly exchange?: Exchange;
  readonly date?: string;
  readonly from?: string;
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
    .option('--from <folder>', 'one that ./oi evidence wrote, instead of the environment; needs no id')
    .action(async (id: string | undefined, asked: Asked, command: Command) => {
      const { output, connect } = contextOf(command);
      // The model's library: 30 MB that no other command needs.
      const { openReplays } = await import('../replay/open.ts');
      if (asked.from !== undefined) {
        const { readsOf } = await import('../replay/kept-reads.ts');
        const sources = readsOf(asked.from);
        const file = readFileSync(join(asked.from, 'recommendation.json'), 'utf8');
        await replayOne(recommendationSchema.parse(JSON.parse(file)), openReplays(sources), output);
        return;
      }
      const { exchange, date } = wanted(id, asked);
      const { sourcesOf } = await import('../replay/sources.ts');
      const store = sourcesOf(connect());
      const replay = openReplays(store);
      if (id !== undefined) {
        await replayOne((await store.recommendations.trail(id)).recommendation, replay, output);
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

async function replayOne(
  recorded: Recommendation,
  replay: (one: Recommendation) => Promise<Shown & { readonly row: unknown }>,
  output: Output,
): Promise<void> {
  const { row: _, ...found } = await replay(recorded);
  showReplay(recorded, found, output);
  if (found.status !== 'identical') process.exitCode = 1;
  output.result({ ok: found.status === 'identical', ...found });
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
