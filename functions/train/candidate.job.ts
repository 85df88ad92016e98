// The entry point of the training image, by SageMaker's conventions: input and failure files below /opt/ml, the end by
// its exit code. The train stage itself is the Lambda's, handler and all.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { readEnv } from '../../shared/config/env.ts';
import { failureText, needsStack, runJob } from './run-job.ts';

/** Where SageMaker's own toolkit looks first, too. */
const BASE = process.env['SAGEMAKER_BASE_DIR'] ?? '/opt/ml';

async function main(): Promise<void> {
  // SDK clients are made while the handler loads.
  process.env['AWS_REGION'] ??= process.env['TRAINING_JOB_ARN']?.split(':')[3];
  const { handler } = await import('./candidate.handler.ts');
  const { LAKE_BUCKET } = readEnv(process.env, ['LAKE_BUCKET']);
  const run = runJob({
    train: async (request) => handler(request, {} as Context),
    bucket: s3ObjectStore(new S3Client(), LAKE_BUCKET),
  });
  const file = join(BASE, 'input', 'config', 'hyperparameters.json');
  const report = await run(JSON.parse(readFileSync(file, 'utf8')));
  console.log(JSON.stringify({ level: 'INFO', message: 'trained', ...report }));
}

// The first process of a container is deaf to signals that it has no handler for. Nothing is half done: a candidate
// counts from its row on, which is written last.
process.once('SIGTERM', () => process.exit(143));

main().then(
  () => process.exit(0),
  (error) => {
    if (needsStack(error)) console.error(error);
    writeFileSync(join(BASE, 'output', 'failure'), failureText(error));
    process.exit(1);
  },
);
