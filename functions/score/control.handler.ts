import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { callerOf } from '../../shared/observability/caller.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { controlTrading } from './control-trading.ts';

const env = readEnv(process.env, ['RISK_TABLE', 'RECOMMENDATIONS_TABLE', 'TO_AUDIT_QUEUE', 'TO_ALERT_QUEUE']);
const sqs = new SQSClient();
const control = controlTrading({
  risk: dynamoRiskStore(new DynamoDBClient(), env.RISK_TABLE, env.RECOMMENDATIONS_TABLE),
  toAudit: sqsMessageQueue(sqs, env.TO_AUDIT_QUEUE),
  toAlert: sqsMessageQueue(sqs, env.TO_ALERT_QUEUE),
  policy: riskPolicy(),
  clock: systemClock,
});

export const handler = httpRoute(async (event) =>
  json(200, await control(jsonBody(event, REPORT), callerOf(event))),
);
