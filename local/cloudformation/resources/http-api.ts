import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Gateway } from '../../http/gateway.ts';
import type { ThrottleSettings } from '../../http/throttle.ts';
import type { CloudIdentity } from '../identity.ts';
import { type ResourceAddress, type ResourceHandler, resourceHandler } from '../resource.ts';

/** An HTTP API's integration may take this long, unless it sets less. */
const INTEGRATION_TIMEOUT_MS = 30_000;

const Throttling = z.strictObject({
  ThrottlingBurstLimit: z.number(),
  ThrottlingRateLimit: z.number(),
  // Metrics of AWS, for its console.
  DetailedMetricsEnabled: z.boolean().optional(),
});

function throttleOf(settings: z.infer<typeof Throttling>): ThrottleSettings {
  return { burstLimit: settings.ThrottlingBurstLimit, rateLimit: settings.ThrottlingRateLimit };
}

interface Integration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** `AWS::ApiGatewayV2::Api`, `Stage`, `Integration` and `Route`. */
export function httpApiHandlers(gateway: Gateway, identity: CloudIdentity): ResourceHandler[] {
  const integrations = new Map<string, Integration>();
  return [
    apiHandler(gateway, identity),
    stageHandler(gateway),
    integrationHandler(integrations),
    routeHandler(gateway, integrations),
  ];
}

function apiHandler(gateway: Gateway, identity: CloudIdentity): ResourceHandler {
  return resourceHandler({
    types: ['AWS::ApiGatewayV2::Api'],
    honoured: { ProtocolType: z.literal('HTTP') },
    ignored: {
      Description: 'text for people',
      DisableExecuteApiEndpoint: 'there is one base URL here',
      Name: 'text for people',
      Tags: 'labels for people and bills',
    },
    create(_, address) {
      const apiId = shortId(address);
      gateway.createApi(apiId);
      return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: identity.endpoint } };
    },
  });
}

function stageHandler(gateway: Gateway): ResourceHandler {
  return resourceHandler({
    types: ['AWS::ApiGatewayV2::Stage'],
    honoured: {
      ApiId: z.string(),
      StageName: z.literal('$default'),
      AutoDeploy: z.literal(true),
      DefaultRouteSettings: Throttling.optional(),
      RouteSettings: z.record(z.string(), Throttling).default({}),
    },
    ignored: {
      AccessLogSettings: 'each request is a line of logs/http-api.log',
      Description: 'text for people',
      Tags: 'labels for people and bills',
    },
    create({ StageName, DefaultRouteSettings, RouteSettings }) {
      if (DefaultRouteSettings !== undefined) gateway.setThrottle(throttleOf(DefaultRouteSettings));
      for (const [routeKey, settings] of Object.entries(RouteSettings)) {
        gateway.setThrottle(throttleOf(settings), routeKey);
      }
      return { ref: StageName, attributes: {} };
    },
  });
}

function integrationHandler(integrations: Map<string, Integration>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::ApiGatewayV2::Integration'],
    honoured: {
      ApiId: z.string(),
      IntegrationType: z.literal('AWS_PROXY'),
      IntegrationUri: z.string(),
      PayloadFormatVersion: z.literal('2.0'),
      TimeoutInMillis: z.number().int().max(INTEGRATION_TIMEOUT_MS).default(INTEGRATION_TIMEOUT_MS),
    },
    ignored: {
      Description: 'text for people',
      IntegrationMethod: 'a function is always invoked by POST',
    },
    create({ IntegrationUri, TimeoutInMillis }, address) {
      const id = shortId(address);
      integrations.set(id, { functionArn: IntegrationUri, timeoutMs: TimeoutInMillis });
      return { ref: id, attributes: { IntegrationId: id } };
    },
  });
}

function routeHandler(gateway: Gateway, integrations: ReadonlyMap<string, Integration>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::ApiGatewayV2::Route'],
    honoured: {
      ApiId: z.string(),
      RouteKey: z.string(),
      AuthorizationType: z.enum(['AWS_IAM', 'NONE']).default('NONE'),
      Target: z.string(),
    },
    ignored: { OperationName: 'text for people' },
    create({ RouteKey, AuthorizationType, Target }, address) {
      const integration = integrations.get(Target.replace(/^integrations\//, ''));
      if (integration === undefined)
        throw new Error(`${RouteKey}: expected an integration of the API, was ${Target}`);
      gateway.addRoute({ routeKey: RouteKey, isSigned: AuthorizationType === 'AWS_IAM', ...integration });
      return { ref: shortId(address), attributes: {} };
    },
  });
}

/** Ten lower-case characters, the same after each restart. */
function shortId({ stack, logicalId }: ResourceAddress): string {
  return BigInt(`0x${createHash('sha256').update(`${stack}/${logicalId}`).digest('hex')}`)
    .toString(36)
    .slice(0, 10);
}
