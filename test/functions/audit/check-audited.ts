import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import { logReader } from '../../../shared/adapters/s3/log-tiles.ts';
import { archiveKey } from '../../../shared/domain/audit/archive.ts';
import { busLine, readBusEntry } from '../../../shared/domain/audit/bus-entry.ts';
import { readCheckpoint } from '../../../shared/domain/audit/checkpoint.ts';
import { type AuditEntry, recordName } from '../../../shared/domain/audit/log-entry.ts';
import { verifyLog } from '../../../shared/domain/audit/verify-log.ts';
import type { CrashWorld, Kept } from './crash-world.ts';

/** Every entry of the log by its parts, up to the head: no hole, nothing behind it. */
async function entriesOf({ logOver, auditBucket }: Kept): Promise<AuditEntry[]> {
  const log = logOver(auditBucket);
  const { size } = await log.head();
  const entries: AuditEntry[] = [];
  while (entries.length < size) entries.push(...(await log.part(entries.length)));
  expect(
    entries.map(({ index }) => index),
    'places of the log',
  ).toEqual(Array.from({ length: size }, (_, at) => at));
  return entries;
}

/** The lines of the archive, each where it belongs and as the log has it; whatever is there is there once. */
export async function archivedLines({ lake }: Kept): Promise<string[]> {
  const lines: string[] = [];
  for (const key of await lake.list('')) {
    const text = new TextDecoder().decode(await lake.get(key));
    expect(text.endsWith('\n'), `${key} is whole`).toBe(true);
    for (const line of text.trimEnd().split('\n')) {
      expect(archiveKey(readBusEntry(JSON.parse(line))), 'where a line lies').toBe(key);
      lines.push(line);
    }
  }
  expect(new Set(lines).size, 'archived twice').toBe(lines.length);
  return lines;
}

/** The signed log is whole and ends where the table says. */
async function checkTiles({ signer, auditBucket, logOver }: Kept, size: number): Promise<void> {
  if (size === 0) return;
  const reader = logReader(auditBucket);
  const { checkpoint } = readCheckpoint((await reader.checkpoint()) as string, signer.key);
  expect(await verifyLog(reader.read, checkpoint)).toMatchObject({ entries: size, broken: null });
  const head = await logOver(auditBucket).head();
  expect({ size: checkpoint.size, root: bytesToHex(checkpoint.root) }).toEqual(head);
}

/**
 * Once the dust has settled: every answer that was given is stored with its exact bytes, in the log once and in the
 * archive once; what is in the log was stored, and nothing else; the log verifies; other readers have heard everything.
 */
export async function checkAudited(world: CrashWorld): Promise<{ entries: number; answers: number }> {
  const { store, logOver, auditBucket } = world.kept;
  const entries = await entriesOf(world.kept);
  await checkTiles(world.kept, entries.length);
  const logged = new Map(entries.map((entry) => [nameOf(entry), entry]));
  expect(logged.size, 'records audited twice').toBe(entries.length);
  for (const [name, texts] of world.answered) {
    const entry = logged.get(name);
    expect(entry, `${name} was answered and is not in the log`).toBeDefined();
    if (entry?.kind !== 'recommendation') continue;
    expect([...texts], `${name} as it was answered`).toEqual([JSON.stringify(entry.record)]);
  }
  const stored = await store.ofDay('NSE', '2025-12-04');
  const recommendations = entries.filter(({ kind }) => kind === 'recommendation');
  expect(
    recommendations.map(({ record }) => JSON.stringify(record)).sort(),
    'what is stored is what is logged',
  ).toEqual(stored.map((one) => JSON.stringify(one)).sort());
  for (const { record, index } of recommendations) {
    expect((await store.trail(String(record['id']))).logIndex, 'place in the table').toBe(index);
  }
  expect(await logOver(auditBucket).waiting('2099-01-01T00:00:00.000Z', 100), 'still waiting').toEqual([]);
  const lines = await archivedLines(world.kept);
  expect(lines.sort(), 'archive').toEqual(entries.map(busLine).sort());
  const heard = new Set(world.toDesk.bodies().map((body) => JSON.parse(body).log_index));
  expect(
    [...heard].sort((a, b) => a - b),
    'heard by another reader',
  ).toEqual(entries.map(({ index }) => index));
  return { entries: entries.length, answers: world.answered.size };
}

function nameOf({ kind, record }: AuditEntry): string {
  return kind === 'recommendation' ? recordName(record) : `trade ${record['trade_id']}`;
}
