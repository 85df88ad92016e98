/** One line of a listing: a row, or the common prefix that stands for many. */
export type ListEntry<Row> = { readonly row: Row } | { readonly prefix: string };

export interface ListScope<Row> {
  readonly prefix: string;
  /** '' lists every key. */
  readonly delimiter: string;
  /** The first key that may appear, in byte order. */
  readonly fromKey: string;
  /** Rows from this key on, in byte order of their keys; read lazily and restarted behind each common prefix. */
  readonly scan: (fromKey: string) => Iterable<Row>;
  /** Leaves a row out of the listing. */
  readonly skips?: (row: Row) => boolean;
}

/** The entries of a listing in byte order of keys and prefixes, lazily. */
export function* listEntries<Row extends { readonly key: string }>(
  scope: ListScope<Row>,
): Generator<ListEntry<Row>> {
  let fromKey: string | undefined = laterOf(scope.prefix, scope.fromKey);
  while (fromKey !== undefined) {
    const group: string | undefined = yield* listUntilGroup(scope, fromKey);
    if (group === undefined) return;
    yield { prefix: group };
    fromKey = firstKeyBehind(group);
  }
}

/** Yields rows up to the first one that belongs under a common prefix, and returns that prefix. */
function* listUntilGroup<Row extends { readonly key: string }>(
  scope: ListScope<Row>,
  fromKey: string,
): Generator<ListEntry<Row>, string | undefined> {
  for (const row of scope.scan(fromKey)) {
    if (!row.key.startsWith(scope.prefix)) return undefined;
    if (scope.skips?.(row)) continue;
    const group = commonPrefix(row.key, scope.prefix, scope.delimiter);
    if (group !== undefined) return group;
    yield { row };
  }
  return undefined;
}

/** The first `limit` entries, and whether there are more. */
export function takePage<T>(entries: Iterable<T>, limit: number): { page: T[]; isTruncated: boolean } {
  const page: T[] = [];
  if (limit === 0) return { page, isTruncated: false };
  for (const entry of entries) {
    if (page.length === limit) return { page, isTruncated: true };
    page.push(entry);
  }
  return { page, isTruncated: false };
}

/** The rows of a page, in order. */
export function rowsOf<Row>(page: readonly ListEntry<Row>[]): Row[] {
  return page.flatMap((entry) => ('row' in entry ? [entry.row] : []));
}

/** The common prefixes of a page, in order. */
export function prefixesOf(page: readonly ListEntry<unknown>[]): string[] {
  return page.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : []));
}

/** The least string behind every string that begins with `prefix`, or undefined when there is none. `'a/'` -> `'a0'`. */
export function firstKeyBehind(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  const next = last + 1;
  // Surrogates are no characters of UTF-8.
  return String.fromCodePoint(...points, next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
}

/** The least string behind `key` itself. */
export function justBehind(key: string): string {
  return `${key}\0`;
}

/** The later of two keys in byte order, which is not JavaScript's order of strings. */
export function laterOf(left: string, right: string): string {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) >= 0 ? left : right;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
