import { s3Access } from '../iam/actions/s3.ts';
import type { Role, Roles } from '../iam/roles.ts';
import type { LocalService } from '../service.ts';
import { objectRequest } from './read-object.ts';
import { assertAllowed, TaskError } from './task-error.ts';

/**
 * `aws-sdk:s3:getObject`: the object as text, which is all that a state can hold.
 * @throws TaskError `S3.NoSuchKeyException` and the like, `S3.S3Exception` for a denial.
 */
export async function getObjectTask(
  { roles, s3 }: { readonly roles: Roles; readonly s3: Pick<LocalService, 'handle'> },
  role: Role,
  { Bucket, Key, ...rest }: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new TaskError('States.Runtime', `expected Bucket and Key, was ${unknown} too`);
  const request = objectRequest(String(Bucket), String(Key));
  assertAllowed(roles, role, 'S3.S3Exception', s3Access(request));
  const { status, headers = {}, body = '' } = await s3.handle(request);
  const text = String(body);
  if (status >= 400) {
    throw new TaskError(`S3.${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? `Status${status}`}Exception`, text);
  }
  return { Body: text, ContentLength: Buffer.byteLength(text), ContentType: headers['content-type'] };
}
