import { S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { decisionSchema, type Thresholds } from '../../shared/domain/scoring/decide.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { NotFound } from '../../shared/errors.ts';
import type { Connection } from '../connection.ts';
import { apiAs, contextOf } from '../context.ts';
import { explainPage } from '../explain/page.ts';
import { newestId } from '../newest-recommendation.ts';
import type { Trail } from '../trail.ts';

const WIDTH = 100;

export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('one answer in plain words: why, how large, what became of it, how it is proved')
    .argument('[id]', 'a recommendation; the newest when left out')
    .action(async (id: string | undefined, _options: unknown, command: Command) => {
      const { output, connect } = contextOf(command);
      const connection = connect();
      const api = apiAs(connection, 'operator');
      const wanted = id ?? (await newestId(api));
      const path = `/v1/recommendations/${encodeURIComponent(wanted)}`;
      const trail = await api.call<Trail>({ method: 'GET', path });
      const thresholds = await thresholdsOf(connection, trail.recommendation);
      const width = Math.min(process.stdout.columns ?? WIDTH, WIDTH);
      for (const line of explainPage(trail, thresholds, width)) output.line(line);
      output.result({ ok: true, ...trail, thresholds });
    });
}

/** Those of the bundle that answered; null where its files are out of reach. */
export async function thresholdsOf(
  { lakeBucket, region, environment }: Connection,
  { exchange, target, model_version }: Recommendation,
): Promise<Thresholds | null> {
  if (model_version === null) return null;
  Object.assign(process.env, environment);
  const bucket = s3ObjectStore(new S3Client({ region }), lakeBucket);
  try {
    const file = await bucket.get(`models/${exchange}/${target}/${model_version}/decision.json`);
    return decisionSchema.parse(JSON.parse(Buffer.from(file).toString())).thresholds;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
