import { Argument, type Command } from 'commander';
import type { StoredFeedback } from '../../shared/domain/audit/feedback.ts';
import { apiAs, contextOf } from '../context.ts';

const LABELS = { up: 1, flat: 0, down: -1 } as const;

export function feedbackCommand(program: Command): void {
  program
    .command('feedback')
    .description('your own label of a recommendation, kept beside its outcome; models never learn from it')
    .argument('<id>', 'a recommendation')
    .addArgument(new Argument('<label>', 'what the market did, as you see it').choices(Object.keys(LABELS)))
    .option('--note <text>', 'why, or what was special')
    .action(async (id: string, label: keyof typeof LABELS, { note }: { note?: string }, command: Command) => {
      const { output, connect } = contextOf(command);
      const body = { recommendation_id: id, label: LABELS[label], note: note ?? null };
      const kept = await apiAs(connect(), 'operator').call<StoredFeedback>({
        method: 'POST',
        path: '/v1/feedback',
        body,
      });
      output.line(
        `kept: ${label} for ${id} by ${kept.by} at ${kept.recorded_at}; ./oi recommendations ${id} shows it`,
      );
      output.result({ ok: true, feedback: kept });
    });
}
