import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** Texts that have hurt somebody before. */
const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u202Egnp.exe',
  '😀'.repeat(30),
  'é́́́',
  '\uFEFF',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'Infinity',
  '-Infinity',
  'null',
  'true',
  '../../etc/passwd',
  '..%2f..%2f',
  '=1+1',
  "'; DROP TABLE x; --",
  '$(reboot)',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'rec#1',
  'trade#',
  'a'.repeat(64),
  'a'.repeat(501),
  'b'.repeat(100_000),
  '2025-02-30',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-01-06T10:00:00',
  '2026-01-06T10:00:00+23:59',
  '00000000000000000000000000',
];

/** Numbers as they may be written in JSON, and some that may not. */
const NUMBERS = [
  '1e400',
  '-1e400',
  '1e-400',
  '-0',
  '0',
  '1e126',
  '1e-140',
  '1.7976931348623157e308',
  '5e-324',
  '9007199254740993',
  '-1',
  '0.1',
  '1e15',
  '99999999999999999999999999999999999999999',
  'NaN',
  '0x10',
  '01',
  '1_000',
  '.5',
  '1.',
  '+1',
];

const OTHERS: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  0,
  -1,
  1.5,
  1e300,
  1e126,
  1e-140,
];

/** One change to a JSON value, at a place that `at` picks. */
interface Change {
  readonly at: number;
  readonly how: 'drop' | 'other' | 'text' | 'add' | 'twice';
  readonly with: unknown;
}

export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    fc.record({ at: fc.nat(), how: fc.constant('drop' as const), with: fc.constant(null) }),
    fc.record({ at: fc.nat(), how: fc.constant('other' as const), with: fc.constantFrom(...OTHERS) }),
    fc.record({ at: fc.nat(), how: fc.constant('text' as const), with: fc.constantFrom(...TEXTS) }),
    fc.record({ at: fc.nat(), how: fc.constant('other' as const), with: fc.jsonValue({ maxDepth: 3 }) }),
    fc.record({
      at: fc.nat(),
      how: fc.constant('add' as const),
      with: fc.constantFrom(...TEXTS.slice(0, 12)),
    }),
    fc.record({ at: fc.nat(), how: fc.constant('twice' as const), with: fc.constant(null) }),
  ),
  { minLength: 1, maxLength: 3 },
);

/** The JSON text of a value after the changes; `number` then stands where one of its numbers was written. */
export function changedJson(
  value: unknown,
  made: readonly Change[],
  number: string | null,
  at: number,
): string {
  let root = structuredClone({ value }) as Record<string, unknown>;
  for (const change of made) root = apply(root, change);
  const text = JSON.stringify(root['value']) ?? 'null';
  if (number === null) return text;
  const written = [...text.matchAll(/(?<=[:[,])-?\d[\d.eE+-]*(?=[,}\]])/g)];
  const one = written[at % Math.max(1, written.length)];
  return one === undefined ? text : text.slice(0, one.index) + number + text.slice(one.index + one[0].length);
}

export const writtenNumbers = fc.option(fc.constantFrom(...NUMBERS), { freq: 3 });

function apply(root: Record<string, unknown>, { at, how, with: given }: Change): Record<string, unknown> {
  const places = placesIn(root);
  const { holder, name } = places[at % places.length]!;
  const held = holder as Record<string, unknown>;
  if (how === 'drop' && holder !== root) {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete held[name];
  } else if (how === 'add' && typeof held[name] === 'object' && held[name] !== null) {
    Object.defineProperty(held[name], String(given) || 'x', {
      value: { polluted: 1 },
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else if (how === 'twice' && Array.isArray(held[name])) {
    held[name] = [...held[name], ...held[name]];
  } else if (how === 'other' || how === 'text') {
    // The list's own would be changed by the next change, and could come to hold itself.
    held[name] = structuredClone(given);
  }
  return root;
}

function placesIn(holder: object): { holder: object; name: string }[] {
  return Object.entries(holder).flatMap(([name, value]) => [
    { holder, name },
    ...(typeof value === 'object' && value !== null ? placesIn(value) : []),
  ]);
}

const JSON_TYPE = 'application/json';
const GZIP_TYPE = 'application/gzip';

/** A body that cannot be read, and the statuses that say so. */
export interface Unreadable {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly statuses: readonly number[];
}

const bomb = gzipSync(Buffer.alloc(70 * 2 ** 20, 0x20));
const brackets = gzipSync(`[${'{},'.repeat(5_000_000)}{}]`, { level: 1 });

/** Made once: they are large. */
const long = Buffer.alloc(4 * 2 ** 20 + 10, 0x20);
const farLonger = Buffer.alloc(7 * 2 ** 20, 0x20);

/** What becomes of a well-formed body on a bad line, or by somebody who means harm. */
export function unreadable(text: string): fc.Arbitrary<Unreadable> {
  const bytes = Buffer.from(text);
  const packed = gzipSync(bytes);
  const said = (name: string, type: string, body: Uint8Array, statuses: number[], more = {}): Unreadable => ({
    ...{ name, body, statuses },
    headers: { 'content-type': type, ...more },
  });
  const rare: fc.Arbitrary<Unreadable> = fc.constantFrom(
    said('zip bomb', GZIP_TYPE, bomb, [413]),
    said('bracket bomb', GZIP_TYPE, brackets, [413]),
    said('above 4 MB', JSON_TYPE, long, [413]),
    said('far above', JSON_TYPE, farLonger, [413]),
  );
  const often: fc.Arbitrary<Unreadable>[] = [
    fc
      .integer({ min: 1, max: Math.max(1, bytes.length - 1) })
      .map((end) => said('truncated JSON', JSON_TYPE, bytes.subarray(0, end), [400])),
    fc
      .integer({ min: 1, max: packed.length - 1 })
      .map((end) => said('truncated gzip', GZIP_TYPE, packed.subarray(0, end), [400])),
    fc.uint8Array({ minLength: 1, maxLength: 400 }).map((random) =>
      // Digits alone are JSON, and no body of any route.
      said('random bytes', JSON_TYPE, random, [400, 413, 422]),
    ),
    fc
      .uint8Array({ minLength: 1, maxLength: 400 })
      .map((random) => said('random gzip', GZIP_TYPE, random, [400])),
    fc
      .constantFrom('text/csv', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'x')
      .map((type) => said('another type', type, bytes, [415])),
    fc
      .constantFrom('br', 'deflate', 'zstd', 'gzip, gzip', 'x')
      .map((encoding) => said('another encoding', JSON_TYPE, bytes, [415], { 'content-encoding': encoding })),
    fc
      .constantFrom(0xff, 0xc3, 0xed)
      .map((byte) =>
        said(
          'no UTF-8',
          JSON_TYPE,
          Buffer.concat([Buffer.from('{"exchange":"N'), Buffer.from([byte]), Buffer.from('"}')]),
          [400],
        ),
      ),
    fc
      .constantFrom('\\ud800', '\\udfff', '\\ud83dx')
      .map((half) => said('half a character', JSON_TYPE, Buffer.from(`{"reason":"${half}"}`), [400])),
    fc
      .integer({ min: 33, max: 20_000 })
      .map((depth) =>
        said('deep', JSON_TYPE, Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`), [413]),
      ),
    fc
      .constantFrom('[]', '""', '1', 'null', 'true', '[null]', '[[]]', '{}', '[1,2,3]')
      .map((json) => said('another JSON', JSON_TYPE, Buffer.from(json), [400, 422])),
    fc.constant(said('empty', JSON_TYPE, Buffer.alloc(0), [400])),
  ];
  return fc.oneof({ weight: 3, arbitrary: rare }, ...often.map((arbitrary) => ({ weight: 90, arbitrary })));
}
