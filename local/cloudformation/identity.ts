/** Who and where the local cloud says it is; `endpoint` is its base URL without a trailing slash. */
export interface CloudIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly endpoint: string;
}

/** Endpoint of one service: `http://127.0.0.1:4570/aws/sqs`. */
export function serviceEndpoint(identity: CloudIdentity, service: string): string {
  return `${identity.endpoint}/aws/${service}`;
}
