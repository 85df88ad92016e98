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

const env = readEnv(process.env, ['RISK_TABLE', 'TO_ALERT_QUEUE']);
const control = controlTrading({
  risk: dynamoRiskStore(new DynamoDBClient(), env.RISK_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  policy: riskPolicy(),
  clock: systemClock,
});

export const handler = httpRoute(async (event) =>
  json(200, await control(jsonBody(event, REPORT), callerOf(event))),
);
