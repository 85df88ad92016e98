import { s3Access } from '../iam/actions/s3.ts';
import type { Role, Roles } from '../iam/roles.ts';
import type { LocalRequest, LocalService } from '../service.ts';

/** An object with the rights of a role. @throws Error when they do not allow it, or there is none. */
export async function readAs(
  { roles, s3 }: { readonly roles: Roles; readonly s3: Pick<LocalService, 'handle'> },
  role: Role,
  bucket: string,
  key: string,
): Promise<Buffer> {
  const request = objectRequest(bucket, key);
  const denied = s3Access(request).find((access) => !roles.isAllowed(role, access));
  if (denied !== undefined) {
    throw new Error(`${role.arn} is not authorized to perform: ${denied.action} on ${denied.resource}`);
  }
  const { status, body = '' } = await s3.handle(request);
  if (status >= 400)
    throw new Error(`s3://${bucket}/${key}: expected an object, was status ${status}: ${body}`);
  return Buffer.from(body);
}

export function objectRequest(bucket: string, key: string): LocalRequest {
  const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return { method: 'GET', path, query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) };
}
