import type { IncomingHttpHeaders } from 'node:http';
import type { Role } from '../iam/roles.ts';
import type { LocalRequest } from '../service.ts';

/** What API Gateway knows of a request besides the request itself. */
export interface ApiContext {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The role that signed the request; undefined on an open route. */
  readonly caller: Role | undefined;
  readonly requestId: string;
  readonly nowMs: number;
}

/** Media types that API Gateway hands on as text; everything else travels as base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|problem\+json|vnd\.api\+json)\b)/i;

/**
 * The event of an HTTP API's Lambda integration, payload format 2.0, whole: what is absent from a request is
 * absent from the event, header names are lower case, repeated headers and parameters joined by commas.
 */
export function httpApiEvent(request: LocalRequest, context: ApiContext) {
  const isBase64Encoded = request.body.length > 0 && !isText(request.headers);
  const rawPath = decode(request.path);
  const { cookie, ...headers } = request.headers;
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath,
    rawQueryString: request.query.toString(),
    ...present('cookies', cookie?.split(/; */)),
    headers: joined(headers),
    ...present('queryStringParameters', queryParameters(request.query)),
    requestContext: requestContext(request, rawPath, context),
    ...present('pathParameters', nonEmpty(context.pathParameters)),
    ...present('body', body(request, isBase64Encoded)),
    isBase64Encoded,
  };
}

function requestContext(request: LocalRequest, path: string, context: ApiContext) {
  const domainName = `${context.apiId}.execute-api.${context.region}.amazonaws.com`;
  return {
    accountId: context.accountId,
    apiId: context.apiId,
    ...present('authorizer', context.caller && { iam: iamOf(context.caller, context.accountId) }),
    domainName,
    domainPrefix: context.apiId,
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: context.requestId,
    routeKey: context.routeKey,
    stage: '$default',
    time: logTime(context.nowMs),
    timeEpoch: context.nowMs,
  };
}

function iamOf(role: Role, accountId: string) {
  return {
    accessKey: role.key.accessKeyId,
    accountId,
    callerId: `${role.name}:local`,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/local`,
    userId: `${role.name}:local`,
  };
}

function isText(headers: IncomingHttpHeaders): boolean {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return false;
  return TEXT.test(headers['content-type'] ?? 'text/plain');
}

function body(request: LocalRequest, isBase64Encoded: boolean): string | undefined {
  if (request.body.length === 0) return undefined;
  return request.body.toString(isBase64Encoded ? 'base64' : 'utf8');
}

function joined(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(',')]),
  );
}

function queryParameters(query: URLSearchParams): Record<string, string> | undefined {
  return nonEmpty(
    Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')])),
  );
}

function nonEmpty<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

function present<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** `22/Nov/2026:12:34:20 +0000` */
function logTime(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
