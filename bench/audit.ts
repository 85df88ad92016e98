import { createHash } from 'node:crypto';
import { opensslSha256 } from '../shared/adapters/openssl/sha256.ts';
import { entryBytes } from '../shared/domain/audit/log-entry.ts';
import { EMPTY_EDGE, grow, type LogEdge, rootOf } from '../shared/domain/audit/merkle/grow.ts';
import { TILE_WIDTH, tilePath } from '../shared/domain/audit/merkle/tile-path.ts';
import { verifyLog } from '../shared/domain/audit/verify-log.ts';
import { auditRecord } from './parts/audit-records.ts';
import { resultLine } from './parts/harness.ts';

/**
 * A whole audit log verified: every entry parsed, hashed and found once, every tile and the root made again. The peer
 * hashes the same bytes with OpenSSL and does nothing else. Argument: records (1,000,000).
 */
const TARGET_S = 60;
const count = Number(process.argv[2] ?? 1_000_000);

const files = new Map<string, Uint8Array>();
const newest = new Map<string, string>();
let edge: LogEdge = EMPTY_EDGE;
while (edge.size < count) {
  const width = Math.min(TILE_WIDTH, count - edge.size);
  const first = edge.size;
  const growth = grow(
    edge,
    Array.from({ length: width }, (_, at) => entryBytes(auditRecord(first + at))),
  );
  // Of a tile that was filled in steps only the last state is part of the log.
  for (const { level, index, width: filled, bytes } of growth.tiles) {
    const [place, path] = [`${level} ${index}`, tilePath(level, index, filled)];
    files.delete(newest.get(place) ?? '');
    files.set(path, bytes);
    newest.set(place, path);
  }
  edge = growth.edge;
  if (edge.size % (TILE_WIDTH * 256) === 0) console.error(`written ${edge.size} of ${count}`);
}
const bundles = [...files].filter(([path]) => path.includes('entries')).map(([, bytes]) => bytes);
const megabytes = bundles.reduce((sum, { length }) => sum + length, 0) / 1e6;

const startMs = performance.now();
const verified = await verifyLog(
  async ({ level, index, width }) => files.get(tilePath(level, index, width)),
  { size: edge.size, root: rootOf(edge) },
  { sha256: opensslSha256 },
);
const ours = (performance.now() - startMs) / 1000;
const peerStartMs = performance.now();
const hash = createHash('sha256');
for (const bytes of bundles) hash.update(bytes);
const digest = hash.digest('hex');
const peer = (performance.now() - peerStartMs) / 1000;

console.log(`${verified.entries} records, ${megabytes.toFixed(0)} MB: whole ${verified.broken === null}`);
console.log(
  resultLine({
    bench: 'audit',
    ours,
    peer,
    peer_source: 'measured',
    peer_name: 'OpenSSL SHA-256 over the same bytes',
    unit: 's',
    target: (TARGET_S * count) / 1_000_000,
    better: 'lower',
    records: verified.entries,
    megabytes,
    megabytes_a_second: megabytes / ours,
    digest_of_bytes: digest.slice(0, 16),
    whole_met: verified.broken === null && verified.entries === count,
  }),
);
