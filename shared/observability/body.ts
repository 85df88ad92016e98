import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { RejectedInput } from '../errors.ts';
import { type ShapeLimits, shapeProblem } from './json-shape.ts';

const KB = 1024;
const MB = 1024 * KB;

/** What a route takes as a body. */
export interface BodyLimits extends ShapeLimits {
  /** As it was sent. */
  readonly sentBytes: number;
  /** Once unpacked: a zip bomb ends here, not in memory. */
  readonly unpackedBytes: number;
}

/** Hours of chain snapshots in one request. */
export const BULK: BodyLimits = {
  sentBytes: 4 * MB,
  unpackedBytes: 64 * MB,
  depth: 32,
  values: 4_000_000,
};

/** One question of the tracker: a snapshot, a window or a feature vector. */
export const QUESTION: BodyLimits = {
  sentBytes: 4 * MB,
  unpackedBytes: 16 * MB,
  depth: 32,
  values: 500_000,
};

/** A report or an order of a few fields. */
export const REPORT: BodyLimits = { sentBytes: 64 * KB, unpackedBytes: 256 * KB, depth: 16, values: 5000 };

/** How gzip begins: as it was sent, and as it is where a gateway took it for text. */
const GZIP_BEGINS = [Buffer.from([0x1f, 0x8b]), Buffer.from('\u001F\uFFFD')];
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json$/;
/** What stands where bytes were no text: whoever decoded them, they are not what was sent. */
const REPLACED = '\uFFFD';
/** An escape of half a character, which is no text once it is written as UTF-8. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const GZIP_TYPE = 'application/gzip';

/** A body above the limits (HTTP 413). */
export class BodyTooLarge extends RejectedInput {}

/** A body that says it is neither JSON nor gzip (HTTP 415). */
export class UnreadableType extends RejectedInput {}

/** Strict: bytes that are no text are an error, not a replacement character in somebody's symbol. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of a request body, sent plain or as `application/gzip` (or `Content-Encoding: gzip`). Of a member that is
 * there twice the last counts.
 * @throws RejectedInput for an empty, truncated or malformed body, for bytes that are no UTF-8, and for JSON that is
 * nested too deep; BodyTooLarge above `limits`; UnreadableType when it says that it is something else.
 * A body that does not say what it is counts as JSON.
 */
export function jsonBody(
  event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'headers'>,
  limits: BodyLimits = BULK,
): unknown {
  const sent = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (sent.length === 0) throw wrongBody('expected JSON, was empty');
  if (sent.length > limits.sentBytes) {
    throw tooLarge(
      `expected at most ${limits.sentBytes} bytes, was ${sent.length}; send fewer snapshots or gzip`,
    );
  }
  const bytes = isGzip(event.headers) ? unpack(sent, limits.unpackedBytes) : plain(sent);
  const shape = shapeProblem(bytes, limits);
  if (shape !== undefined) throw tooLarge(`${shape}; send less at once`);
  return parse(bytes);
}

function parse(bytes: Buffer): unknown {
  try {
    const text = UTF_8.decode(bytes);
    const json: unknown = JSON.parse(text);
    if (text.includes(REPLACED)) throw new Error('bytes that are no UTF-8');
    if (SURROGATE_ESCAPE.test(text) && !isWellFormed(json))
      throw new Error('half a character (a lone surrogate)');
    return json;
  } catch (error) {
    throw wrongBody(`expected well-formed JSON, was ${(error as Error).message}; send the body whole`, error);
  }
}

/** Whether no text of a JSON value, names included, holds half a character; its depth was checked before. */
function isWellFormed(json: unknown): boolean {
  if (typeof json === 'string') return json.isWellFormed();
  if (typeof json !== 'object' || json === null) return true;
  return Object.entries(json).every(([name, value]) => name.isWellFormed() && isWellFormed(value));
}

function isGzip(headers: Readonly<Record<string, string | undefined>>): boolean {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const media = type.trim();
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (media !== '' && media !== GZIP_TYPE && !JSON_TYPE.test(media)) {
    throw unreadable(
      'content-type',
      `application/json, or application/gzip for gzipped JSON, was ${shown(media)}`,
    );
  }
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw unreadable('content-type', `JSON in UTF-8, was ${shown(charset)}`);
  }
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw unreadable('content-encoding', `gzip or none, was ${shown(encoding)}`);
  }
  return media === GZIP_TYPE || encoding === 'gzip';
}

/** A body that begins like gzip never is JSON, and whoever sent it should know why it is refused. */
function plain(sent: Buffer): Buffer {
  if (!GZIP_BEGINS.some((begin) => sent.subarray(0, begin.length).equals(begin))) return sent;
  throw wrongBody(
    'expected well-formed JSON, was gzip by its first bytes; send it with the header Content-Encoding: gzip, or with content-type application/gzip',
  );
}

function unpack(sent: Buffer, unpackedBytes: number): Buffer {
  try {
    return gunzipSync(sent, { maxOutputLength: unpackedBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(
        `expected at most ${unpackedBytes} bytes unpacked, was more; send fewer snapshots`,
        error,
      );
    }
    throw wrongBody(`expected whole gzip data, was ${(error as Error).message}; send it again`, error);
  }
}

function wrongBody(problem: string, cause?: unknown): RejectedInput {
  return new RejectedInput(`body: ${problem}`, { field: 'body', cause });
}

function tooLarge(problem: string, cause?: unknown): BodyTooLarge {
  return new BodyTooLarge(`body: ${problem}`, { field: 'body', cause });
}

function unreadable(field: string, problem: string): UnreadableType {
  return new UnreadableType(`${field}: expected ${problem}`, { field });
}

/** As much of a header as an answer repeats. */
function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
