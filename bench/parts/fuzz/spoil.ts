import type { FuzzRequest, Spoilt } from './requests.ts';
import { type KeyPair, type SigningScope, signedWire, type WireRequest } from './wire.ts';

type Keys = Readonly<Record<'tracker' | 'operator' | 'viewer', KeyPair>>;
type Header = Readonly<Record<string, string>>;

/** The request as it goes over the line: signed as it says, and then spoilt as it says. */
export function sentWire(
  { wire, signing }: FuzzRequest,
  host: string,
  keys: Keys,
  nowMs: number,
): WireRequest {
  const { as, spoilt, offsetMs, region, service } = signing;
  if (as === 'nobody') return wire;
  const scope = { atMs: nowMs + offsetMs, region, service, key: keys[as] };
  if (spoilt === null) return signedWire(wire, host, scope);
  const signedOtherwise = SIGNED_OTHERWISE[spoilt];
  if (signedOtherwise !== undefined) return signedOtherwise(wire, host, scope);
  const signed = signedWire(wire, host, scope);
  return SPOIL[spoilt]?.(signed, signed.headers['authorization'] as string) ?? signed;
}

const SIGNED_OTHERWISE: Partial<
  Record<Spoilt, (wire: WireRequest, host: string, scope: SigningScope) => WireRequest>
> = {
  secret: (wire, host, scope) =>
    signedWire(wire, host, { ...scope, key: { ...scope.key, secretAccessKey: 'x'.repeat(40) } }),
  'unknown key': (wire, host, scope) =>
    signedWire(wire, host, { ...scope, key: { ...scope.key, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' } }),
  'unsigned payload': (wire, host, scope) => {
    const payloadHash = 'UNSIGNED-PAYLOAD';
    const stated = { ...wire, headers: { ...wire.headers, 'x-amz-content-sha256': payloadHash } };
    return signedWire(stated, host, { ...scope, payloadHash });
  },
  'host unsigned': (wire, host, scope) => signedWire(wire, host, { ...scope, unsigned: 'host' }),
};

const SPOIL: Partial<Record<Spoilt, (signed: WireRequest, authorization: string) => WireRequest>> = {
  'signature digit': (signed, authorization) =>
    withHeaders(signed, {
      authorization: authorization.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    }),
  body: (signed) => ({ ...signed, body: Buffer.concat([signed.body ?? Buffer.alloc(0), Buffer.from(' ')]) }),
  path: (signed) => ({ ...signed, path: signed.path === '/metrics' ? '/v1/health' : '/metrics' }),
  query: (signed) => ({ ...signed, query: `${signed.query}${signed.query === '' ? '' : '&'}limit=7` }),
  method: (signed) => ({ ...signed, method: signed.method === 'GET' ? 'POST' : 'GET' }),
  host: (signed) => withHeaders(signed, { host: 'evil.example' }),
  date: (signed) =>
    withHeaders(signed, {
      'x-amz-date': (signed.headers['x-amz-date'] as string).replace(/\dZ$/, (end) =>
        end === '0Z' ? '1Z' : '0Z',
      ),
    }),
  'scope date': (signed, authorization) =>
    withHeaders(signed, { authorization: authorization.replace(/\/\d{8}\//, '/20010101/') }),
  'no date': (signed) => without(signed, 'x-amz-date'),
  'no signature': (signed, authorization) =>
    withHeaders(signed, { authorization: authorization.replace(/, Signature=.*$/, '') }),
  'another scheme': (signed) => withHeaders(signed, { authorization: 'Basic dHJhY2tlcjp0cmFja2Vy' }),
  garbage: (signed) =>
    withHeaders(signed, { authorization: `AWS4-HMAC-SHA256 ${'Credential=/,'.repeat(200)}` }),
  'in the query': inTheQuery,
  'session token': (signed) => withHeaders(signed, { 'x-amz-security-token': 'FwoGZXIvYXdzEXAMPLE' }),
};

/** A presigned URL, which opens nothing here. */
function inTheQuery(signed: WireRequest, authorization: string): WireRequest {
  const [, credential = '', headers = '', signature = ''] =
    /Credential=(.+), SignedHeaders=(.+), Signature=(.+)$/.exec(authorization) ?? [];
  const query = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': signed.headers['x-amz-date'] as string,
    'X-Amz-Expires': '604800',
    'X-Amz-SignedHeaders': headers,
    'X-Amz-Signature': signature,
  };
  return {
    ...without(without(signed, 'authorization'), 'x-amz-date'),
    query: String(new URLSearchParams(query)),
  };
}

function withHeaders(signed: WireRequest, headers: Header): WireRequest {
  return { ...signed, headers: { ...signed.headers, ...headers } };
}

function without(signed: WireRequest, name: string): WireRequest {
  const { [name]: _, ...headers } = signed.headers;
  return { ...signed, headers };
}
