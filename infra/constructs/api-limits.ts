import type { CfnRoute, CfnStage, HttpApi, HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';

/** Scoring may be asked so many times as often as all other routes together. */
const SCORING_SHARE = 4;

/**
 * Limits what the API takes: `requestRate` a second in the long run, twice as many at once. Scoring has a limit of its
 * own, so that whoever floods the other routes keeps no answer from the tracker's loop. Beyond: 429.
 */
export function limitRequests(api: HttpApi, scoring: HttpRoute, requestRate: number): void {
  const stage = api.defaultStage?.node.defaultChild as CfnStage;
  const route = scoring.node.defaultChild as CfnRoute;
  const most = SCORING_SHARE * requestRate;
  stage.defaultRouteSettings = { throttlingBurstLimit: 2 * requestRate, throttlingRateLimit: requestRate };
  stage.routeSettings = { [route.routeKey]: { ThrottlingBurstLimit: most, ThrottlingRateLimit: most } };
  // A stage that limits a route comes after it.
  stage.addResourceDependency(route);
}
