import { sortLegs } from '../market/identity.ts';
import { moneyness, timeToExpirySeconds } from '../market/moneyness.ts';
import type { Leg, StoredSnapshot } from '../market/snapshot.ts';
import { type Cell, type ColumnTable, type ColumnType, column } from './column-table.ts';

/** A snapshot of the compacted chain: `revised` says that an earlier one with the same timestamp counts instead. */
export interface ChainDaySnapshot extends StoredSnapshot {
  readonly revised: boolean;
}

interface LegRow {
  readonly snapshot: StoredSnapshot & { readonly revised?: boolean };
  readonly leg: Leg;
  readonly timestampMs: number;
}

interface ChainColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly from: (row: LegRow) => Cell;
}

const snapshotColumn = (name: keyof StoredSnapshot, type: ColumnType): ChainColumn => ({
  name,
  type,
  from: ({ snapshot }) => (snapshot[name] ?? null) as Cell,
});
const timeColumn = (name: 'received_at' | 'recorded_at'): ChainColumn => ({
  name,
  type: 'timestamp',
  from: ({ snapshot }) => Date.parse(snapshot[name]),
});
const legColumn = (name: keyof Leg, type: ColumnType): ChainColumn => ({
  name,
  type,
  from: ({ leg }) => leg[name],
});

const REVISED = 'revised';

/** The columns of `raw`, in file order (contracts.md, Lake rows). `macro` is the snapshot's macro object as JSON. */
const RAW_COLUMNS: readonly ChainColumn[] = [
  { name: 'timestamp', type: 'timestamp', from: (row) => row.timestampMs },
  timeColumn('received_at'),
  timeColumn('recorded_at'),
  snapshotColumn('snapshot_id', 'string'),
  snapshotColumn('exchange', 'string'),
  snapshotColumn('sequence', 'int64'),
  snapshotColumn('expiry', 'string'),
  snapshotColumn('underlying_price', 'double'),
  snapshotColumn('underlying_volume', 'int64'),
  snapshotColumn('atm_strike', 'double'),
  snapshotColumn('future_price', 'double'),
  snapshotColumn('future_oi', 'int64'),
  snapshotColumn('vix', 'double'),
  {
    name: 'macro',
    type: 'string',
    from: ({ snapshot }) => (snapshot.macro === null ? null : JSON.stringify(snapshot.macro)),
  },
  legColumn('symbol', 'string'),
  legColumn('strike', 'double'),
  legColumn('option_type', 'string'),
  legColumn('ltp', 'double'),
  legColumn('oi', 'int64'),
  legColumn('volume', 'int64'),
  legColumn('iv', 'double'),
  legColumn('best_bid', 'double'),
  legColumn('best_ask', 'double'),
  legColumn('bid_quantity', 'int64'),
  legColumn('ask_quantity', 'int64'),
  {
    name: 'moneyness',
    type: 'string',
    from: ({ snapshot, leg }) => moneyness(leg.strike, leg.option_type, snapshot.atm_strike),
  },
  {
    name: 'time_to_expiry_seconds',
    type: 'double',
    from: ({ snapshot, timestampMs }) => timeToExpirySeconds(timestampMs, snapshot.expiry),
  },
];

const CHAIN_COLUMNS: readonly ChainColumn[] = [
  ...RAW_COLUMNS,
  { name: REVISED, type: 'boolean', from: ({ snapshot }) => snapshot.revised ?? false },
];

/** One row per leg, snapshots in the given order and legs in theirs. Timestamps become UTC milliseconds. */
export function rawTable(snapshots: readonly StoredSnapshot[]): ColumnTable {
  return legTable(snapshots, RAW_COLUMNS);
}

/** As `rawTable` with `revised`, sorted by (timestamp, snapshot, strike, option type). */
export function chainTable(snapshots: readonly ChainDaySnapshot[]): ColumnTable {
  const sorted = [...snapshots].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  return legTable(
    sorted.map((snapshot) => ({ ...snapshot, legs: sortLegs(snapshot.legs) })),
    CHAIN_COLUMNS,
  );
}

function legTable(snapshots: readonly StoredSnapshot[], columns: readonly ChainColumn[]): ColumnTable {
  const rows: LegRow[] = snapshots.flatMap((snapshot) => {
    const timestampMs = Date.parse(snapshot.timestamp);
    return snapshot.legs.map((leg) => ({ snapshot, leg, timestampMs }));
  });
  return {
    rows: rows.length,
    columns: columns.map(({ name, type, from }) => ({ name, type, values: rows.map(from) })),
  };
}

/**
 * The snapshots of a `raw` or `chain` table, in file order: the inverse of `rawTable` and `chainTable` up to the
 * zone in which times are written (UTC). Rows of one snapshot lie next to each other; `revised` is false in `raw`.
 * @throws RangeError naming a column that the table does not have.
 */
export function snapshotsOf(table: ColumnTable): ChainDaySnapshot[] {
  const at: Record<string, readonly Cell[]> = {};
  for (const { name } of RAW_COLUMNS) at[name] = column(table, name);
  const revised = table.columns.find(({ name }) => name === REVISED)?.values;
  const ids = column(table, 'snapshot_id');
  const snapshots: ChainDaySnapshot[] = [];
  let legs: Leg[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (row === 0 || ids[row] !== ids[row - 1]) {
      legs = [];
      snapshots.push({ ...snapshotAt(at, row), revised: revised?.[row] === true, legs });
    }
    legs.push(legAt(at, row));
  }
  return snapshots;
}

type Columns = Readonly<Record<string, readonly Cell[]>>;

function snapshotAt(at: Columns, row: number): Omit<ChainDaySnapshot, 'legs' | 'revised'> {
  const cell = (name: string): never => at[name]?.[row] as never;
  const utc = (name: string): string => new Date(cell(name)).toISOString();
  const sequence: number | null = cell('sequence');
  const macro: string | null = cell('macro');
  return {
    schema: 1,
    snapshot_id: cell('snapshot_id'),
    exchange: cell('exchange'),
    timestamp: utc('timestamp'),
    received_at: utc('received_at'),
    recorded_at: utc('recorded_at'),
    ...(sequence === null ? {} : { sequence }),
    expiry: cell('expiry'),
    underlying_price: cell('underlying_price'),
    underlying_volume: cell('underlying_volume'),
    atm_strike: cell('atm_strike'),
    future_price: cell('future_price'),
    future_oi: cell('future_oi'),
    vix: cell('vix'),
    macro: macro === null ? null : JSON.parse(macro),
  };
}

const LEG_FIELDS = [
  'symbol',
  'strike',
  'option_type',
  'ltp',
  'oi',
  'volume',
  'iv',
  'best_bid',
  'best_ask',
  'bid_quantity',
  'ask_quantity',
] as const satisfies readonly (keyof Leg)[];

function legAt(at: Columns, row: number): Leg {
  return Object.fromEntries(LEG_FIELDS.map((name) => [name, at[name]?.[row] ?? null])) as unknown as Leg;
}
