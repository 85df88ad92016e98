import { DAY_MS, epochMs, MINUTE_MS, minuteStamp, utcIso } from '../indian-time.ts';
import { type Depth, MACRO_KEYS, type Macro, type MacroKey } from '../snapshot.ts';
import { type DepthRow, depthOf } from './depth-table.ts';
import type { ImportedSnapshot } from './import-summary.ts';
import type { MacroRow } from './macro-table.ts';

/** A macro value older than this is not what the tracker would have shown. */
const MACRO_KEPT_MS = DAY_MS;

interface Known {
  readonly asOfMs: number;
  readonly value: number;
  readonly source: string;
}

/**
 * What other tables of the tracker know beside its chains: macro values by the moment they became known, and books of
 * contracts. A snapshot gets the newest value known at its own time, never a later one; what it has itself stays.
 */
export class Supplements {
  private readonly macro = new Map<string, Known[]>();
  private readonly books = new Map<string, { atMs: number; rows: DepthRow[] }[]>();

  addMacro({ asOfMs, exchange, values }: MacroRow, table: string): void {
    for (const [key, value] of Object.entries(values) as [MacroKey, number][]) {
      const list = entryOf(this.macro, `${exchange ?? ''}/${key}`);
      insertByTime(list, { asOfMs, value, source: `tracker ${table}` }, (one) => one.asOfMs);
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
    const priced = this.books.size > 0 && snapshot.origin !== 'imported_sparse';
    const legs = priced ? this.legsAt(snapshot, atMs) : snapshot.legs;
    if (macro === snapshot.macro && legs === snapshot.legs) return snapshot;
    return { ...snapshot, macro, legs };
  }

  private macroAt({ exchange, macro }: ImportedSnapshot, atMs: number): Macro | null {
    const found: Partial<Record<MacroKey, Macro[MacroKey]>> = {};
    for (const key of MACRO_KEYS) {
      if ((macro?.[key] ?? null) !== null) continue;
      const own = newestAt(this.macro.get(`${exchange}/${key}`), atMs);
      const known = own ?? newestAt(this.macro.get(`/${key}`), atMs);
      if (known === undefined) continue;
      found[key] = { value: known.value, as_of: utcIso(known.asOfMs), source: known.source };
    }
    if (Object.keys(found).length === 0) return macro;
    const empty = Object.fromEntries(MACRO_KEYS.map((key) => [key, null])) as Macro;
    return { ...empty, ...macro, ...found };
  }

  private legsAt({ legs }: ImportedSnapshot, atMs: number): ImportedSnapshot['legs'] {
    const depths = legs.map(({ symbol, depth }) => depth ?? this.bookAt(symbol, atMs));
    if (depths.every((depth, index) => depth === legs[index]!.depth)) return legs;
    return legs.map((leg, index) => (depths[index] === undefined ? leg : { ...leg, depth: depths[index] }));
  }

  /** The newest book that is not later than the snapshot, of its own minute or the one before. */
  private bookAt(symbol: string, atMs: number): Depth | undefined {
    const book = this.books.get(symbol)?.findLast((one) => one.atMs <= atMs);
    return book === undefined || book.atMs < minuteStamp(atMs) - MINUTE_MS ? undefined : depthOf(book.rows);
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
