import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock/contract.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { AccessRequest } from '../iam/evaluate.ts';
import type { Role, Roles } from '../iam/roles.ts';
import { SERVICE_ACCESS, type ServiceName } from '../iam/services.ts';
import type { LocalRequest, LocalResponse, LocalService } from '../service.ts';
import { refuse } from './refusal.ts';
import { verifySignature } from './sigv4.ts';

export interface ServiceRouterOptions {
  readonly identity: CloudIdentity;
  readonly clock: LocalClock;
  readonly roles: Roles;
  readonly services: Readonly<Record<ServiceName, Pick<LocalService, 'handle'>>>;
}

const PATH = /^\/aws\/([a-z0-9]+)(\/.*)?$/;

/** Whether a path belongs to a service, `/aws/<service>/...`. */
export function isServicePath(path: string): boolean {
  return path.startsWith('/aws/');
}

/** Hands `/aws/<service>/...` to its service once the signature holds and the caller's role allows it. */
export async function routeToService(
  request: LocalRequest,
  options: ServiceRouterOptions,
): Promise<LocalResponse> {
  const [, name = '', path = '/'] = PATH.exec(request.path) ?? [];
  if (!isServiceName(name)) {
    const known = Object.keys(SERVICE_ACCESS).join(', ');
    const message = `expected a service the local cloud runs (${known}), was ${name}`;
    return {
      status: 501,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    };
  }
  const { roles, identity, clock, services } = options;
  let caller: Role | undefined;
  const problem = verifySignature(
    request,
    { region: identity.region, service: name, nowMs: clock.nowMs() },
    (id) => {
      caller = roles.byAccessKey(id);
      return caller?.key;
    },
  );
  if (problem !== null) return refuse(name, problem.code, problem.message, randomUUID());
  const inner = { ...request, path };
  const denied = SERVICE_ACCESS[name](inner, identity).find(
    (access) => !caller || !roles.isAllowed(caller, access),
  );
  if (caller === undefined || denied !== undefined) return deny(name, caller, denied);
  const response = await services[name].handle(inner);
  return hideMissingObject(name, inner, response, caller, options) ?? response;
}

function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(SERVICE_ACCESS, name);
}

function deny(
  service: ServiceName,
  caller: Role | undefined,
  denied: AccessRequest | undefined,
): LocalResponse {
  const who = `User: ${caller?.arn ?? 'unknown'} is not authorized to perform: ${denied?.action}`;
  const why = `because no identity-based policy allows the ${denied?.action} action`;
  return refuse(service, 'AccessDenied', `${who} on resource: ${denied?.resource} ${why}`, randomUUID());
}

// Who may not list a bucket is not told that an object is missing: S3 answers 403, which surprises on AWS only.
function hideMissingObject(
  service: ServiceName,
  request: LocalRequest,
  response: LocalResponse,
  caller: Role,
  { roles }: ServiceRouterOptions,
): LocalResponse | null {
  if (service !== 's3' || response.status !== 404 || !['GET', 'HEAD'].includes(request.method)) return null;
  const bucket = decodeURIComponent(request.path.split('/')[1] ?? '');
  const listing = {
    action: 's3:ListBucket',
    resource: `arn:aws:s3:::${bucket}`,
    context: { 's3:prefix': [''] },
  };
  return roles.isAllowed(caller, listing) ? null : deny(service, caller, listing);
}
