import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { AccessKey } from '../iam/roles.ts';
import type { LocalRequest } from '../service.ts';
import { canonicalPath, canonicalQuery, signedHeaderLines } from './canonical.ts';

/** What a signature is checked against. */
export interface SigningScope {
  readonly region: string;
  /** Signing name: `execute-api`, `s3`, `dynamodb`, ... */
  readonly service: string;
  readonly nowMs: number;
}

/** Why a request is refused; `code` is the name AWS gives it. */
export interface SignatureProblem {
  readonly code:
    | 'MissingAuthenticationToken'
    | 'IncompleteSignature'
    | 'UnrecognizedClientException'
    | 'RequestExpired'
    | 'InvalidSignatureException';
  readonly message: string;
}

/** A signed request may be this far off the cloud's clock, either way. */
export const MAXIMUM_SKEW_MS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})$/;
const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Verifies an AWS Signature Version 4 in the Authorization header against the key `findKey` knows.
 * `request.path` must be the path as it was sent. Returns null when the signature holds.
 */
export function verifySignature(
  request: LocalRequest,
  scope: SigningScope,
  findKey: (accessKeyId: string) => AccessKey | undefined,
): SignatureProblem | null {
  if (request.headers.authorization === undefined) {
    return problem(
      'MissingAuthenticationToken',
      'expected an AWS Signature Version 4 Authorization header, was none',
    );
  }
  const authorization = parseAuthorization(request.headers.authorization);
  const timestamp = String(request.headers['x-amz-date'] ?? '');
  if (authorization === null || !TIMESTAMP.test(timestamp)) {
    return problem(
      'IncompleteSignature',
      'expected Credential, SignedHeaders and Signature, and the header X-Amz-Date',
    );
  }
  const key = findKey(authorization.accessKeyId);
  if (key === undefined)
    return problem(
      'UnrecognizedClientException',
      `expected a known access key, was ${authorization.accessKeyId}`,
    );
  return (
    scopeProblem(authorization, timestamp, scope) ??
    unsignedProblem(request, authorization) ??
    tokenProblem(request) ??
    bodyProblem(request, scope.service) ??
    signatureProblem(request, authorization, timestamp, key)
  );
}

function parseAuthorization(header: string): Authorization | null {
  const match = AUTHORIZATION.exec(header);
  if (match === null) return null;
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

function scopeProblem(given: Authorization, timestamp: string, scope: SigningScope): SignatureProblem | null {
  const signedMs = parseTimestamp(timestamp);
  if (Math.abs(scope.nowMs - signedMs) > MAXIMUM_SKEW_MS) {
    const now = new Date(scope.nowMs).toISOString();
    return problem(
      'RequestExpired',
      `Signature expired: expected X-Amz-Date within 5 minutes of ${now}, was ${timestamp}`,
    );
  }
  const expected = `${timestamp.slice(0, 8)}/${scope.region}/${scope.service}`;
  const was = `${given.date}/${given.region}/${given.service}`;
  if (was !== expected)
    return problem('InvalidSignatureException', `expected credential scope ${expected}, was ${was}`);
  return null;
}

/** What a signature has to cover, so that it is good for one host, one moment and one session. */
const ALWAYS_SIGNED = ['host', 'x-amz-date', 'x-amz-security-token'];

function unsignedProblem(
  { headers }: LocalRequest,
  { signedHeaders }: Authorization,
): SignatureProblem | null {
  const missing = ALWAYS_SIGNED.find((name) => headers[name] !== undefined && !signedHeaders.includes(name));
  if (missing === undefined && headers.host !== undefined) return null;
  return problem(
    'IncompleteSignature',
    `expected ${missing ?? 'host'} among SignedHeaders, was ${signedHeaders.join(';')}`,
  );
}

// Keys made up for a role belong to no session: a token beside them is of another cloud.
function tokenProblem({ headers }: LocalRequest): SignatureProblem | null {
  if (headers['x-amz-security-token'] === undefined) return null;
  return problem('UnrecognizedClientException', 'the security token included in the request is invalid');
}

// S3 signs the hash a client states, which may also say that the body is unsigned or comes in signed chunks.
function bodyProblem(request: LocalRequest, service: string): SignatureProblem | null {
  const stated = request.headers['x-amz-content-sha256'];
  if (stated === undefined || stated === sha256(request.body)) return null;
  const isUnhashed = service === 's3' && /^(UNSIGNED-PAYLOAD|STREAMING-.+)$/.test(String(stated));
  return isUnhashed
    ? null
    : problem('InvalidSignatureException', 'expected X-Amz-Content-Sha256 to be the hash of the body');
}

function signatureProblem(
  request: LocalRequest,
  given: Authorization,
  timestamp: string,
  key: AccessKey,
): SignatureProblem | null {
  const payloadHash = String(request.headers['x-amz-content-sha256'] ?? sha256(request.body));
  const canonical = [
    request.method,
    canonicalPath(request.path, given.service !== 's3'),
    canonicalQuery(request.query),
    ...signedHeaderLines(request.headers, given.signedHeaders),
    '',
    given.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const scope = `${given.date}/${given.region}/${given.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const expected = createHmac('sha256', signingKey(key, given)).update(toSign).digest();
  if (timingSafeEqual(expected, Buffer.from(given.signature, 'hex'))) return null;
  return problem(
    'InvalidSignatureException',
    'the signature does not match the request and the secret access key',
  );
}

const signingKeys = new Map<string, KeyObject>();

/** Derived keys change once a day only, so the last few are kept, ready for use. */
function signingKey(key: AccessKey, { date, region, service }: Authorization): KeyObject {
  const id = [key.secretAccessKey, date, region, service].join('/');
  let derived = signingKeys.get(id);
  if (derived === undefined) {
    const secret = [date, region, service, 'aws4_request'].reduce<Buffer>(
      (from, part) => createHmac('sha256', from).update(part).digest(),
      Buffer.from(`AWS4${key.secretAccessKey}`),
    );
    derived = createSecretKey(secret);
    if (signingKeys.size > 1000) signingKeys.clear();
    signingKeys.set(id, derived);
  }
  return derived;
}

function parseTimestamp(timestamp: string): number {
  const [, year, month, day, hour, minute, second] = TIMESTAMP.exec(timestamp)?.map(Number) ?? [];
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function sha256(content: Buffer | string): string {
  return hash('sha256', content, 'hex');
}

function problem(code: SignatureProblem['code'], message: string): SignatureProblem {
  return { code, message };
}
