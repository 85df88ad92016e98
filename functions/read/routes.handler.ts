import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { dynamoAlertStore } from '../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoApprovals } from '../../shared/adapters/dynamodb/approvals.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoHealthStore } from '../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { dynamoTallyStore } from '../../shared/adapters/dynamodb/tally-store.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { CODE_VERSION } from '../../shared/config/code-version.ts';
import { readEnv } from '../../shared/config/env.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { shadowPolicy } from '../../shared/config/shadow.ts';
import { NotFound } from '../../shared/errors.ts';
import { httpRoute, MethodNotAllowed } from '../../shared/observability/http.ts';
import { readRoutes } from './routes.ts';
import { methodsOf, UNKNOWN_ROUTE } from './unknown-route.ts';

const env = readEnv(process.env, [
  'BATCHES_TABLE',
  'DATASETS_TABLE',
  'MODELS_TABLE',
  'RECOMMENDATIONS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'HEALTH_TABLE',
  'ALERTS_TABLE',
  'SHADOWS_TABLE',
  'RISK_TABLE',
  'AUDIT_BUCKET',
]);
const dynamo = new DynamoDBClient();
const answer = readRoutes({
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  approvals: dynamoApprovals(dynamo, env.MODELS_TABLE),
  recommendations: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
  tallies: dynamoTallyStore(dynamo, env.RECOMMENDATIONS_TABLE),
  log: dynamoAuditLog(dynamo, env.RECOMMENDATIONS_TABLE, s3ObjectStore(new S3Client(), env.AUDIT_BUCKET)),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  health: dynamoHealthStore(dynamo, env.HEALTH_TABLE),
  alerts: dynamoAlertStore(dynamo, env.ALERTS_TABLE),
  shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
  shadowPolicy: shadowPolicy(),
  risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
  riskPolicy: riskPolicy(),
  featureSet: featureConfig().training.id,
  clock: systemClock,
  codeVersion: CODE_VERSION,
});

export const handler = httpRoute(async (event) => {
  const { routeKey, queryStringParameters, pathParameters } = event;
  if (routeKey === UNKNOWN_ROUTE) throw unknownRoute(event);
  const { contentType, body } = await answer(routeKey, { ...queryStringParameters, ...pathParameters });
  return { statusCode: 200, headers: { 'content-type': contentType }, body };
}, 'checked');

function unknownRoute({ rawPath, requestContext }: APIGatewayProxyEventV2): Error {
  const methods = methodsOf(rawPath);
  const { method } = requestContext.http;
  if (methods.length === 0)
    return new NotFound('path: expected one of GET /v1/openapi.json, was none of them');
  return new MethodNotAllowed(`method: expected ${methods.join(' or ')}, was ${method}`, methods);
}
