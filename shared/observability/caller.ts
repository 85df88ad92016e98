import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Whose keys signed a request: the ARN that API Gateway verified; null where it names none. */
export function callerOf(event: APIGatewayProxyEventV2): string | null {
  const { authorizer } = event.requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return authorizer?.iam?.userArn ?? null;
}
