import type { Exchange } from '../market/snapshot.ts';

/** Keys of the lake (house.md): Hive partitions, file names by content, so that nothing is ever overwritten. */

export function rawKey(exchange: Exchange, date: string, batchId: string): string {
  return `raw/exchange=${exchange}/date=${date}/${batchId}.parquet`;
}

/** Below it lie the micro-batches of an exchange, day by day. */
export function rawPrefix(exchange: Exchange): string {
  return `raw/exchange=${exchange}/`;
}

/** The Indian date in a key. Example: `raw/exchange=NSE/date=2025-12-04/a.parquet` is of `2025-12-04`; undefined without one. */
export function dateOfKey(key: string): string | undefined {
  return /\/date=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];
}

/** Key of a day file. `contentHash` is the SHA-256 (hex) of its bytes; 16 digits of it name the file. */
export function chainKey(exchange: Exchange, date: string, contentHash: string): string {
  return `chain/exchange=${exchange}/date=${date}/${contentHash.slice(0, 16)}.parquet`;
}

export function featuresKey(set: string, exchange: Exchange, date: string, contentHash: string): string {
  return `features/set=${set}/exchange=${exchange}/date=${date}/${contentHash.slice(0, 16)}.parquet`;
}

export function labelsKey(set: string, exchange: Exchange, date: string, contentHash: string): string {
  return `labels/set=${set}/exchange=${exchange}/date=${date}/${contentHash.slice(0, 16)}.parquet`;
}

export function manifestKey(datasetVersion: string): string {
  return `datasets/${datasetVersion}/manifest.json`;
}

export function bundlePrefix(exchange: Exchange, target: string, version: string): string {
  return `models/${exchange}/${target}/${version}/`;
}

/** Where a model that was made elsewhere is put before it is looked at; `hash` is of its files. */
export function importPrefix(exchange: Exchange, hash: string): string {
  return `imported/models/${exchange}/${hash.slice(0, 16)}/`;
}

export function reportPrefix(exchange: Exchange, target: string, version: string): string {
  return `reports/${exchange}/${target}/${version}/`;
}
