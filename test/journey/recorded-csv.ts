import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';

const COLUMNS = [
  'timestamp',
  'exchange',
  'symbol',
  'expiry',
  'strike',
  'option_type',
  'ltp',
  'oi',
  'oi_change',
  'volume',
  'iv',
  'bid',
  'ask',
  'underlying',
  'lot',
];

/** What a recording has beside the chain that is followed, by row; the importer has to skip each. */
export interface Beside {
  readonly symbol?: string;
  readonly expiry?: string;
  /** The leg once more at the same moment. */
  readonly twice?: true;
  /** A strike that nobody has quoted: zeros and blanks. */
  readonly empty?: true;
}

/**
 * Writes the snapshots of an NSE session as a recorded chain (`.csv.gz`, Indian time, blank where there is no value),
 * and `beside` once a moment. Returns the number of data rows.
 */
export function writeRecordedCsv(
  file: string,
  snapshots: readonly ChainSnapshot[],
  beside: readonly Beside[],
): number {
  const rows = snapshots.flatMap((snapshot) => [
    ...snapshot.legs.map((leg) => rowOf(snapshot, leg)),
    ...beside.map((one) => besideRow(snapshot, one)),
  ]);
  writeFileSync(file, gzipSync(`${[COLUMNS.join(','), ...rows].join('\n')}\n`));
  return rows.length;
}

type Leg = ChainSnapshot['legs'][number];

function rowOf(
  { timestamp, expiry, underlying_price }: ChainSnapshot,
  leg: Leg,
  symbol: string = 'NIFTY',
): string {
  const { strike, option_type, ltp, oi, volume, iv, best_bid, best_ask } = leg;
  const time = timestamp.slice(0, 19).replace('T', ' ');
  const values = [ltp, oi, null, volume, iv, best_bid, best_ask].map((value) => value ?? '');
  return [time, 'NSE', symbol, expiry, strike, option_type, ...values, underlying_price, 65].join(',');
}

function besideRow(snapshot: ChainSnapshot, { symbol, expiry, twice, empty }: Beside): string {
  const leg = snapshot.legs[0]!;
  if (twice) return rowOf(snapshot, leg);
  const blank = { ltp: null, oi: 0, volume: 0, iv: null, best_bid: 0, best_ask: 0 };
  if (empty) return rowOf(snapshot, { ...leg, ...blank, strike: leg.strike - 1000 });
  return rowOf({ ...snapshot, expiry: expiry ?? snapshot.expiry }, leg, symbol);
}
