import type { WireAnswer, WireRequest } from './wire.ts';

const PROBLEM_TYPE = /^urn:oi-loop:problem:[A-Z][A-Za-z]+$/;
/** What an answer must not tell: where the code lies, which line failed, how things are called inside. */
const INSIDES =
  /\n\s+at |node_modules|\/asset\.|node:internal|-----BEGIN|ECONNREFUSED|ValidationException|\.ts:\d+|\.js:\d+/;

/** What is wrong with an answer besides its status, or undefined. `secrets` are looked for in all of it. */
export function answerProblem(
  { method }: Pick<WireRequest, 'method'>,
  { status, headers, text }: WireAnswer,
  secrets: readonly string[],
): string | undefined {
  const whole = `${JSON.stringify(headers)}\n${text}`;
  if (secrets.some((secret) => whole.includes(secret))) return 'the answer tells a secret';
  const inside = INSIDES.exec(status === 200 ? '' : whole);
  if (inside !== null) return `the answer tells of the inside: ${JSON.stringify(inside[0])}`;
  if (status < 400 || method === 'HEAD') return undefined;
  return refusalProblem(status, String(headers['content-type'] ?? ''), text);
}

/** The API's own refusals are problem+json; those of the gateway, which are not ours, say `message`. */
function refusalProblem(status: number, type: string, text: string): string | undefined {
  // The HTTP parser's own, of a head that it did not read to its end.
  if (text === '' && [400, 431].includes(status)) return undefined;
  const body = JSON.parse(text) as Record<string, unknown>;
  if (type === 'application/json' && typeof body['message'] === 'string') {
    return [403, 404, 413, 429, 431, 503].includes(status) ? undefined : `${status} came from the gateway`;
  }
  if (type !== 'application/problem+json') return `expected application/problem+json, was ${type}`;
  if (
    !PROBLEM_TYPE.test(String(body['type'])) ||
    body['status'] !== status ||
    typeof body['detail'] !== 'string'
  ) {
    return `expected a problem with type, status and detail, was ${text.slice(0, 200)}`;
  }
  return undefined;
}
