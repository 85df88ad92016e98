import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { type RandomStream, randomStream, uuidFrom } from './random.ts';

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const RANGE_LIMIT = 1_000;

const formatTime = jsonata('$fromMillis(ms, picture, timezone)');

function hash(data: unknown, algorithm: unknown): string {
  const name = HASHES[String(algorithm)];
  if (name === undefined)
    throw new Error(`$hash: expected ${Object.keys(HASHES).join(', ')}, was ${algorithm}`);
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return createHash(name).update(text).digest('hex');
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') throw new Error(`$parse: expected JSON text, was ${typeof text}`);
  return JSON.parse(text);
}

function partition(array: unknown, size: unknown): unknown[][] {
  if (!Array.isArray(array)) throw new Error(`$partition: expected an array, was ${typeof array}`);
  if (!Number.isInteger(size) || (size as number) < 1) {
    throw new Error(`$partition: expected a chunk size of at least 1, was ${size}`);
  }
  const chunk = size as number;
  const count = Math.ceil(array.length / chunk);
  return Array.from({ length: count }, (_, i) => array.slice(i * chunk, (i + 1) * chunk));
}

function range(first: unknown, last: unknown, step: unknown): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0) {
    throw new Error(`$range: expected whole numbers and a step other than 0, was ${first}, ${last}, ${step}`);
  }
  const [start, end, by] = [first as number, last as number, step as number];
  const count = Math.max(0, Math.floor((end - start) / by) + 1);
  if (count > RANGE_LIMIT) throw new Error(`$range: expected at most ${RANGE_LIMIT} numbers, was ${count}`);
  return Array.from({ length: count }, (_, i) => start + i * by);
}

function refuseEval(): never {
  throw new Error('$eval: expected an expression without it (Step Functions does not offer it), was called');
}

/**
 * What Step Functions adds to JSONata ($parse, $uuid, $random, $hash, $partition, $range), and what depends on
 * the injected clock and seed instead of the machine ($now, $millis). $eval throws, as Step Functions lacks it.
 */
export function stepFunctionsFunctions(nowMs: number, random: RandomStream): Record<string, unknown> {
  return {
    hash,
    parse,
    partition,
    range,
    eval: refuseEval,
    uuid: () => uuidFrom(random),
    random: (seed?: unknown) => (seed === undefined ? random() : randomStream(`seed:${seed}`)()),
    millis: () => nowMs,
    now: (picture?: string, timezone?: string) =>
      formatTime.evaluate({ ms: nowMs, picture, timezone }) as Promise<unknown>,
  };
}
