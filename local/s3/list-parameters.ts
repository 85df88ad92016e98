import { S3Error } from './error.ts';

const MAXIMUM_ENTRIES = 1000;

/** What every listing operation reads from its query. */
export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  /** 0 to 1,000. */
  readonly limit: number;
  /** Writes a key for the answer: percent-encoded when the request says `encoding-type=url`. */
  readonly encode: (key: string) => string;
  readonly encodingType: string | undefined;
}

/** Reads prefix, delimiter, encoding-type and the limit under the name `limitName`; throws InvalidArgument. */
export function readListParameters(query: URLSearchParams, limitName: string): ListParameters {
  const encodingType = query.get('encoding-type') ?? undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new S3Error('InvalidArgument', `expected encoding-type url, was ${encodingType}`);
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: readLimit(query, limitName),
    encode: encodingType === 'url' ? encodeKey : (key) => key,
    encodingType,
  };
}

/** A whole number of 0 or more, at most 1,000 however large it is; 1,000 when absent. Throws InvalidArgument. */
export function readLimit(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === '') return MAXIMUM_ENTRIES;
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), MAXIMUM_ENTRIES);
  throw new S3Error('InvalidArgument', `expected ${name} as a whole number of 0 or more, was ${text}`);
}

/** Percent encoding that leaves slashes readable, as S3 does. */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
