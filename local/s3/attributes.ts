import { S3Error } from './error.ts';
import type { ObjectAttributes } from './versions.ts';

type Headers = Readonly<Record<string, string>>;

const KEPT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

const METADATA_PREFIX = 'x-amz-meta-';
const MAXIMUM_METADATA_BYTES = 2048;

/** Headers of a write that ask for something this service does not do. */
const REFUSED_HEADERS =
  /^x-amz-(acl|grant-.+|tagging(-directive)?|website-redirect-location|write-offset-bytes|object-lock-legal-hold|server-side-encryption-customer-.+)$/;

/** What a write request wants kept with the object; throws MetadataTooLarge and, for headers not implemented, NotImplemented. */
export function readAttributes(headers: Headers): ObjectAttributes {
  refuseUnsupported(headers);
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of KEPT_HEADERS) {
    const value = name === 'content-encoding' ? withoutFraming(headers[name]) : headers[name];
    if (value) kept[name] = value;
  }
  return { headers: kept, metadata: readMetadata(headers) };
}

/** The response headers that give the attributes back. */
export function attributeHeaders({ headers, metadata }: ObjectAttributes): Record<string, string> {
  const named = Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value] as const);
  return { ...headers, ...Object.fromEntries(named) };
}

/** aws-chunked is how the body travelled, not how the object is encoded. */
function withoutFraming(encodings: string | undefined): string {
  const names = (encodings ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '' && name !== 'aws-chunked').join(',');
}

function readMetadata(headers: Headers): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(METADATA_PREFIX)) metadata[name.slice(METADATA_PREFIX.length)] = value;
  }
  const bytes = Buffer.byteLength(Object.entries(metadata).flat().join(''), 'latin1');
  if (bytes > MAXIMUM_METADATA_BYTES) {
    throw new S3Error(
      'MetadataTooLarge',
      `expected at most ${MAXIMUM_METADATA_BYTES} bytes of metadata, was ${bytes}`,
    );
  }
  return metadata;
}

function refuseUnsupported(headers: Headers): void {
  const refused = Object.keys(headers).find((name) => REFUSED_HEADERS.test(name));
  if (refused !== undefined) {
    throw new S3Error('NotImplemented', `expected only headers the local S3 knows, was ${refused}`);
  }
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') {
    throw new S3Error('NotImplemented', `expected storage class STANDARD, was ${storageClass}`);
  }
}
