import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { factOfTrade } from './book-trade.ts';
import { rebuildSession } from './rebuild-session.ts';

const env = readEnv(process.env, ['RECOMMENDATIONS_TABLE', 'RISK_TABLE', 'ONLINE_WINDOW_TABLE']);
const dynamo = new DynamoDBClient();
const store = dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE);
const risk = dynamoRiskStore(dynamo, env.RISK_TABLE);
const rebuild = rebuildSession({
  store,
  risk,
  factOf: factOfTrade({
    store,
    window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
    contracts: optionPolicy().contracts,
    rules: exchangesRules(),
    clock: systemClock,
  }),
  clock: systemClock,
});

export const handler = httpRoute(async (event) => json(200, await rebuild(jsonBody(event, REPORT))));
