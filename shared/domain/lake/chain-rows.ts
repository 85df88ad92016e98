import { sortLegs } from '../market/identity.ts';
import { epochMs } from '../market/indian-time.ts';
import { moneyness, timeToExpirySeconds } from '../market/moneyness.ts';
import type { Depth, Leg, Origin, StoredSnapshot } from '../market/snapshot.ts';
import { type Cell, type ColumnTable, type ColumnType, column } from './column-table.ts';

/** A snapshot of the compacted chain: `revised` says that an earlier one with the same timestamp counts instead. */
export interface ChainDaySnapshot extends StoredSnapshot {
  readonly revised: boolean;
}

type RowSnapshot = StoredSnapshot & { readonly revised?: boolean };

/** One column of the lake's leg rows; `fill` writes a snapshot's rows, which begin at row `at`. */
interface ChainColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly fill: (values: Cell[], at: number, snapshot: RowSnapshot) => void;
}

/** A value of the snapshot, worked out once and repeated in each of its legs' rows. */
const repeated = (
  name: string,
  type: ColumnType,
  from: (snapshot: RowSnapshot) => Cell = (snapshot) => snapshot[name as keyof StoredSnapshot] as Cell,
): ChainColumn => ({
  name,
  type,
  fill(values, at, snapshot) {
    values.fill(from(snapshot) ?? null, at, at + snapshot.legs.length);
  },
});

const time = (name: 'timestamp' | 'received_at' | 'recorded_at'): ChainColumn =>
  repeated(name, 'timestamp', (snapshot) => epochMs(snapshot[name]));

/** A value of its own in each leg's row. */
const perLeg = (name: Exclude<keyof Leg, 'depth'>, type: ColumnType): ChainColumn => ({
  name,
  type,
  fill(values, at, { legs }) {
    for (let leg = 0; leg < legs.length; leg++) values[at + leg] = legs[leg]![name];
  },
});

const MONEYNESS: ChainColumn = {
  name: 'moneyness',
  type: 'string',
  fill(values, at, { legs, atm_strike }) {
    for (const [index, leg] of legs.entries())
      values[at + index] = moneyness(leg.strike, leg.option_type, atm_strike);
  },
};

const DEPTH: ChainColumn = {
  name: 'depth',
  type: 'string',
  fill(values, at, { legs }) {
    for (const [index, { depth }] of legs.entries())
      values[at + index] = depth === undefined ? null : JSON.stringify(depth);
  },
};

const REVISED = 'revised';
const ORIGIN = 'origin';
/** Files of earlier versions do not have these. */
const LATER: readonly string[] = [ORIGIN, DEPTH.name];

/** The columns of `raw`, in file order (contracts.md, Lake rows). `macro` and `depth` are JSON. */
const RAW_COLUMNS: readonly ChainColumn[] = [
  time('timestamp'),
  time('received_at'),
  time('recorded_at'),
  repeated('snapshot_id', 'string'),
  repeated('exchange', 'string'),
  repeated('sequence', 'int64'),
  repeated('expiry', 'string'),
  repeated('underlying_price', 'double'),
  repeated('underlying_volume', 'int64'),
  repeated('atm_strike', 'double'),
  repeated('future_price', 'double'),
  repeated('future_oi', 'int64'),
  repeated('vix', 'double'),
  repeated('macro', 'string', ({ macro }) => (macro === null ? null : JSON.stringify(macro))),
  perLeg('symbol', 'string'),
  perLeg('strike', 'double'),
  perLeg('option_type', 'string'),
  perLeg('ltp', 'double'),
  perLeg('oi', 'int64'),
  perLeg('volume', 'int64'),
  perLeg('iv', 'double'),
  perLeg('best_bid', 'double'),
  perLeg('best_ask', 'double'),
  perLeg('bid_quantity', 'int64'),
  perLeg('ask_quantity', 'int64'),
  MONEYNESS,
  repeated('time_to_expiry_seconds', 'double', ({ timestamp, expiry }) =>
    timeToExpirySeconds(epochMs(timestamp), expiry),
  ),
  repeated(ORIGIN, 'string'),
  DEPTH,
];

const CHAIN_COLUMNS: readonly ChainColumn[] = [
  ...RAW_COLUMNS,
  repeated(REVISED, 'boolean', ({ revised }) => revised ?? false),
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

function legTable(snapshots: readonly RowSnapshot[], columns: readonly ChainColumn[]): ColumnTable {
  const rows = snapshots.reduce((sum, { legs }) => sum + legs.length, 0);
  return {
    rows,
    columns: columns.map(({ name, type, fill }) => {
      const values = new Array<Cell>(rows);
      let at = 0;
      for (const snapshot of snapshots) {
        fill(values, at, snapshot);
        at += snapshot.legs.length;
      }
      return { name, type, values };
    }),
  };
}

/**
 * The snapshots of a `raw` or `chain` table, in file order: the inverse of `rawTable` and `chainTable` up to the
 * zone in which times are written (UTC). Rows of one snapshot lie next to each other; `revised` is false in `raw`.
 * @throws RangeError naming a column that the table does not have.
 */
export function snapshotsOf(table: ColumnTable): ChainDaySnapshot[] {
  const at: Record<string, readonly Cell[]> = {};
  const has = new Set(table.columns.map(({ name }) => name));
  for (const { name } of RAW_COLUMNS) {
    if (has.has(name) || !LATER.includes(name)) at[name] = column(table, name);
  }
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
  const origin: Origin | null | undefined = cell(ORIGIN);
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
    ...(origin ? { origin } : {}),
  };
}

function legAt(at: Columns, row: number): Leg {
  const cell = (name: keyof Leg): never => (at[name]?.[row] ?? null) as never;
  const depth: string | null = cell('depth');
  return {
    symbol: cell('symbol'),
    strike: cell('strike'),
    option_type: cell('option_type'),
    ltp: cell('ltp'),
    oi: cell('oi'),
    volume: cell('volume'),
    iv: cell('iv'),
    best_bid: cell('best_bid'),
    best_ask: cell('best_ask'),
    bid_quantity: cell('bid_quantity'),
    ask_quantity: cell('ask_quantity'),
    ...(depth === null ? {} : { depth: JSON.parse(depth) as Depth }),
  };
}
