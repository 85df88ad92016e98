import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { jsonBody, QUESTION } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { featureService } from './feature-service.ts';
import { LIVE_SCORING, liveScoring } from './live.wiring.ts';
import { scoreRequest } from './score-request.ts';
import { snapshotRow } from './snapshot-row.ts';

const env = readEnv(process.env, [...LIVE_SCORING, 'TO_BATCH_QUEUE']);
const { dynamo, sqs, window, liveSets, score, record } = liveScoring(env);
const features = featureService({ rules: exchangesRules(), quality: qualityPolicy() });
const answer = scoreRequest({
  features,
  score,
  record,
  window,
  clock: systemClock,
  snapshotRow: snapshotRow({
    window,
    inputs: liveInputs({ window, summaries: dynamoDaySummaries(dynamo, env.ONLINE_WINDOW_TABLE) }),
    toBatch: sqsMessageQueue(sqs, env.TO_BATCH_QUEUE),
    liveSets,
    features,
  }),
});

export const handler = httpRoute(async (event) => {
  const notes: string[] = [];
  const { headers, ...answered } = json(
    200,
    await answer(jsonBody(event, QUESTION), (said) => notes.push(said)),
  );
  // Beside the record, never in it: its bytes are what the audit log proves.
  return { ...answered, headers: { ...headers, ...(notes[0] !== undefined && { 'oi-note': notes[0] }) } };
});
