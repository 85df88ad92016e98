import { DAY_MS, epochMs, MINUTE_MS, minuteStamp, utcIso } from '../indian-time.ts';
import { MACRO_KEYS, type Macro, type MacroKey } from '../snapshot.ts';
import { type DepthRow, depthOf } from './depth-table.ts';
import type { ImportedSnapshot } from './import-summary.ts';
import type { MacroRow } from './macro-table.ts';

/** A macro value older than this is not what the tracker would have shown. */
const MACRO_KEPT_MS = DAY_MS;

interface Known {
  readonly asOfMs: number;
  readonly value: number;
  readonly source: string;
  readonly row: MacroRow;
}

interface Book {
  readonly atMs: number;
  readonly rows: DepthRow[];
}

/** What became of a row: in at least one snapshot, kept out by a chain without prices, or of use to none. */
export type SupplementFate = 'applied' | 'sparse_chain' | 'no_snapshot';

/**
 * What other tables of the tracker know beside its chains: macro values by the moment they became known, and books of
 * contracts. A snapshot gets the newest value known at its own time, never a later one; what it has itself stays.
 */
export class Supplements {
  private readonly macro = new Map<string, Known[]>();
  private readonly books = new Map<string, Book[]>();
  private readonly applied = new Set<MacroRow | DepthRow>();
  private readonly keptOut = new Set<DepthRow>();

  addMacro(row: MacroRow, table: string): void {
    const { asOfMs, exchange, values } = row;
    for (const [key, value] of Object.entries(values) as [MacroKey, number][]) {
      const list = entryOf(this.macro, `${exchange ?? ''}/${key}`);
      insertByTime(list, { asOfMs, value, source: `tracker ${table}`, row }, (one) => one.asOfMs);
    }
  }

  addDepth(row: DepthRow): void {
    const books = entryOf(this.books, row.symbol);
    const known = books.findLast(({ atMs }) => atMs === row.timestampMs);
    if (known !== undefined) known.rows.push(row);
    else insertByTime(books, { atMs: row.timestampMs, rows: [row] }, ({ atMs }) => atMs);
  }

  /** The snapshot with what was known of it; the same object when nothing was. Sparse ones get no prices. */
  apply(snapshot: ImportedSnapshot): ImportedSnapshot {
    const atMs = epochMs(snapshot.timestamp);
    const macro = this.macroAt(snapshot, atMs);
    const legs = this.books.size > 0 ? this.legsAt(snapshot, atMs) : snapshot.legs;
    if (macro === snapshot.macro && legs === snapshot.legs) return snapshot;
    return { ...snapshot, macro, legs };
  }

  /** What became of a row that was added, by the snapshots applied so far. */
  fateOf(row: MacroRow | DepthRow): SupplementFate {
    if (this.applied.has(row)) return 'applied';
    return this.keptOut.has(row as DepthRow) ? 'sparse_chain' : 'no_snapshot';
  }

  private macroAt({ exchange, macro }: ImportedSnapshot, atMs: number): Macro | null {
    const found: Partial<Record<MacroKey, Macro[MacroKey]>> = {};
    for (const key of MACRO_KEYS) {
      if ((macro?.[key] ?? null) !== null) continue;
      const own = newestAt(this.macro.get(`${exchange}/${key}`), atMs);
      const known = own ?? newestAt(this.macro.get(`/${key}`), atMs);
      if (known === undefined) continue;
      this.applied.add(known.row);
      found[key] = { value: known.value, as_of: utcIso(known.asOfMs), source: known.source };
    }
    if (Object.keys(found).length === 0) return macro;
    const empty = Object.fromEntries(MACRO_KEYS.map((key) => [key, null])) as Macro;
    return { ...empty, ...macro, ...found };
  }

  private legsAt({ legs, origin }: ImportedSnapshot, atMs: number): ImportedSnapshot['legs'] {
    const isSparse = origin === 'imported_sparse';
    const depths = legs.map(({ symbol, depth }) => {
      if (depth !== undefined) return depth;
      const book = this.bookAt(symbol, atMs);
      for (const row of book?.rows ?? []) (isSparse ? this.keptOut : this.applied).add(row);
      return book === undefined || isSparse ? undefined : depthOf(book.rows);
    });
    if (depths.every((depth, index) => depth === legs[index]!.depth)) return legs;
    return legs.map((leg, index) => (depths[index] === undefined ? leg : { ...leg, depth: depths[index] }));
  }

  /** The newest book that is not later than the snapshot, of its own minute or the one before. */
  private bookAt(symbol: string, atMs: number): Book | undefined {
    const book = this.books.get(symbol)?.findLast((one) => one.atMs <= atMs);
    return book === undefined || book.atMs < minuteStamp(atMs) - MINUTE_MS ? undefined : book;
  }
}

function newestAt(list: readonly Known[] | undefined, atMs: number): Known | undefined {
  const newest = list?.findLast(({ asOfMs }) => asOfMs <= atMs);
  return newest !== undefined && newest.asOfMs >= atMs - MACRO_KEPT_MS ? newest : undefined;
}

function entryOf<Value>(map: Map<string, Value[]>, key: string): Value[] {
  const known = map.get(key) ?? [];
  map.set(key, known);
  return known;
}

/** Tables lie by time or the other way round: both ends are looked at first. */
function insertByTime<Value>(list: Value[], value: Value, msOf: (value: Value) => number): void {
  const ms = msOf(value);
  if (list.length > 0 && ms < msOf(list[0]!)) list.unshift(value);
  else list.splice(list.findLastIndex((one) => msOf(one) <= ms) + 1, 0, value);
}
