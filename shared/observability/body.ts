import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { RejectedInput } from '../errors.ts';

/** Most bytes a body may hold once unpacked: a zip bomb ends here, not in memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json$/;
const GZIP_TYPE = 'application/gzip';

/** A body above the limits (HTTP 413). */
export class BodyTooLarge extends RejectedInput {}

/** A body that says it is neither JSON nor gzip (HTTP 415). */
export class UnreadableType extends RejectedInput {}

/** Strict: bytes that are no text are an error, not a replacement character in somebody's symbol. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of a request body, sent plain or as `application/gzip` (or `Content-Encoding: gzip`).
 * @throws RejectedInput for an empty, truncated or malformed body; BodyTooLarge above 4 MB sent or 64 MB unpacked;
 * UnreadableType when it says that it is something else. A body that does not say what it is counts as JSON.
 */
export function jsonBody(
  event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'headers'>,
): unknown {
  const sent = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (sent.length === 0) throw new RejectedInput('body: expected JSON, was empty', { field: 'body' });
  if (sent.length > MAX_BODY_BYTES) {
    const message = `body: expected at most ${MAX_BODY_BYTES} bytes, was ${sent.length}; send fewer snapshots or gzip`;
    throw new BodyTooLarge(message, { field: 'body' });
  }
  const bytes = isGzip(event.headers) ? unpack(sent) : plain(sent);
  try {
    return JSON.parse(UTF_8.decode(bytes));
  } catch (error) {
    const message = `body: expected well-formed JSON, was ${(error as Error).message}; send the body whole`;
    throw new RejectedInput(message, { field: 'body', cause: error });
  }
}

function isGzip(headers: Readonly<Record<string, string | undefined>>): boolean {
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const media = type.trim();
  if (media !== '' && media !== GZIP_TYPE && !JSON_TYPE.test(media)) {
    const message = `content-type: expected application/json, or application/gzip for gzipped JSON, was ${media}`;
    throw new UnreadableType(message, { field: 'content-type' });
  }
  return media === GZIP_TYPE || headers['content-encoding'] === 'gzip';
}

/** A body that begins like gzip never is JSON, and whoever sent it should know why it is refused. */
function plain(sent: Buffer): Buffer {
  if (!GZIP_MAGIC.every((byte, index) => sent[index] === byte)) return sent;
  const message = 'body: expected well-formed JSON, was gzip; send it with content-type application/gzip';
  throw new RejectedInput(message, { field: 'body' });
}

function unpack(sent: Buffer): Buffer {
  try {
    return gunzipSync(sent, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      const message = `body: expected at most ${MAX_UNPACKED_BYTES} bytes unpacked, was more; send fewer snapshots`;
      throw new BodyTooLarge(message, { field: 'body', cause: error });
    }
    const message = `body: expected whole gzip data, was ${(error as Error).message}; send it again`;
    throw new RejectedInput(message, { field: 'body', cause: error });
  }
}
