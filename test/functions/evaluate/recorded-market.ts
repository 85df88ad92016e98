import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { chainTable } from '../../../shared/domain/lake/chain-rows.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import { chainKey } from '../../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../../shared/domain/lake/registry-rows.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { aPricedSnapshot } from '../../factories/priced-chain.ts';
import { randomOf } from '../../factories/session.ts';

export const MARKET_MINUTES = 360;
const OPEN_MINUTE = 555;

/** One minute of the underlying, and where it goes from there: -1 down, 0 nowhere, 1 up. */
export interface MarketMinute {
  readonly minute: number;
  readonly price: number;
  readonly right: number;
}

/** A session whose price moves in runs of fifteen minutes; the same date is the same session. */
export function marketOf(session: string): MarketMinute[] {
  const random = randomOf(Number(session.replaceAll('-', '')));
  let price = 26_000;
  let drift = 0;
  return Array.from({ length: MARKET_MINUTES }, (_, at) => {
    if (at % 15 === 0) drift = [-1, 0, 1][Math.floor(random() * 3)]! * (4 + random() * 4);
    price += drift;
    return { minute: OPEN_MINUTE + at, price, right: Math.sign(drift) };
  });
}

interface RecordedDay {
  readonly row: DayFileRow;
  readonly bytes: Uint8Array;
}

const made = new Map<string, RecordedDay>();

/** The compacted monthly chain of such a session, priced by Black's formula, with its row of the registry. */
export function recordedChain(date: string): RecordedDay {
  const before = made.get(date);
  if (before !== undefined) return before;
  const snapshots = marketOf(date).map(({ minute, price }) => {
    const at = { date, minute: minute - OPEN_MINUTE, price, expiry: '2025-12-30' };
    return { ...aPricedSnapshot({ ...at, exchange: 'NSE_MONTHLY', sides: 3 }), revised: false };
  });
  const table = chainTable(snapshots);
  const bytes = hyparquetCodec.write(table);
  const sha256 = contentHash(bytes);
  const path = chainKey('NSE_MONTHLY', date, sha256);
  const row: DayFileRow = {
    ...{ kind: 'chain', set: 'chain', exchange: 'NSE_MONTHLY', date, path, rows: table.rows, sha256 },
    ...{ source_sha256: null, last_recorded_at: utcIso(0), created_at: utcIso(0), batch_ids: [] },
    ...{ parity: null, revision: 1 },
  };
  made.set(date, { row, bytes });
  return { row, bytes };
}
