import { Argument, type Command, Option } from 'commander';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { apiAs, contextOf } from '../context.ts';
import { answerPage } from '../explain/page.ts';
import { faint } from '../ink.ts';
import { postedOf, type ScoreFiles } from '../score/posted.ts';
import { thresholdsOf } from './explain.ts';

const WIDTH = 100;

interface ScoreOptions extends ScoreFiles {
  readonly probe?: true;
}

export function scoreCommand(program: Command): void {
  program
    .command('score')
    .description(
      'asks the live model: on the latest minute, or on a snapshot, a window or features of a file',
    )
    .addArgument(new Argument('<exchange>', 'whose model is to answer').choices([...EXCHANGES]))
    .addOption(
      fileOption('snapshot', 'one chain snapshot, merged into the online window', [
        'window',
        'features',
        'probe',
      ]),
    )
    .addOption(
      fileOption('window', "a session's snapshots: features are made of exactly these", [
        'features',
        'probe',
      ]),
    )
    .addOption(fileOption('features', 'feature values by name', ['probe']))
    .option('--probe', "a row of the bundle's own reference; nothing is recorded")
    .action(async (exchange: string, { probe, ...files }: ScoreOptions, command: Command) => {
      const { output, connect } = contextOf(command);
      const posted = await postedOf(files);
      const connection = connect();
      const body = { exchange, ...posted, ...(probe && { probe }) };
      const call = { method: 'POST', path: '/v1/score', body } as const;
      const answer = await apiAs(connection, 'tracker').call<Recommendation>(call);
      const width = Math.min(process.stdout.columns ?? WIDTH, WIDTH);
      const thresholds = await thresholdsOf(connection, answer);
      for (const line of answerPage(answer, thresholds, width)) output.line(line);
      output.line(faint(lastLine(answer, probe)));
      output.result({ ok: true, recommendation: answer });
    });
}

function fileOption(name: keyof ScoreFiles, what: string, conflicts: readonly string[]): Option {
  return new Option(`--${name} <file>`, `${what} (JSON, or .gz of it)`).conflicts([...conflicts]);
}

function lastLine({ id, latency_us }: Recommendation, probe: true | undefined): string {
  const took = `answered in ${(latency_us / 1000).toFixed(1)} ms`;
  return probe ? `${took}; a probe, nothing was recorded` : `${took}; ./oi explain ${id} follows it`;
}
