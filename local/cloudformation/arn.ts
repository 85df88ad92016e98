import type { CloudIdentity } from './identity.ts';

/** `arn:aws:<service>:<region>:<account>:<name>` */
export function arn(
  identity: Pick<CloudIdentity, 'region' | 'accountId'>,
  service: string,
  name: string,
): string {
  return `arn:aws:${service}:${identity.region}:${identity.accountId}:${name}`;
}

/** The part of an ARN after the account: `function:f`, `table/t`, a queue's name. */
export function resourcePart(arnText: string): string {
  return arnText.split(':').slice(5).join(':');
}

/** The service an ARN belongs to: `lambda`, `states`, `sqs`. */
export function serviceOf(arnText: string): string {
  return arnText.split(':')[2] ?? '';
}
