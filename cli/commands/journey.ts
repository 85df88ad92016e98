import type { Command } from 'commander';
import { apiAs, contextOf } from '../context.ts';
import { calendarDate } from '../options.ts';

/** One row of GET /v1/journey. */
export interface JourneyRow {
  readonly stage: string;
  readonly takes: string;
  readonly gives: string;
  readonly trigger: string;
  readonly in: number;
  readonly out: number;
  readonly unit: string;
}

export interface JourneyAnswer {
  readonly date: string;
  readonly stages: readonly JourneyRow[];
}

export function journeyCommand(program: Command): void {
  program
    .command('journey')
    .description('the stages in order, with what went in and out on a day')
    .option('--date <date>', 'the session (YYYY-MM-DD); the newest with data when left out', calendarDate)
    .action(async ({ date }: { date?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const query: Record<string, string> = date === undefined ? {} : { date };
      const journey = await apiAs(connect(), 'viewer').call<JourneyAnswer>({
        method: 'GET',
        path: '/v1/journey',
        query,
      });
      output.line(`the journey on ${journey.date}`);
      output.table(
        ['stage', 'takes', 'gives', 'trigger', 'in', 'out', 'counted'],
        journey.stages.map((row) => [
          row.stage,
          row.takes,
          row.gives,
          row.trigger,
          row.in,
          row.out,
          row.unit,
        ]),
      );
      output.result({ ok: true, ...journey });
    });
}
