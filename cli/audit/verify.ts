import { opensslSha256 } from '../../shared/adapters/openssl/sha256.ts';
import { verifierKeyText } from '../../shared/domain/audit/checkpoint.ts';
import { hashText } from '../../shared/domain/audit/merkle/node-hash.ts';
import { consistencyProof } from '../../shared/domain/audit/merkle/tile-tree.ts';
import { extendsLog } from '../../shared/domain/audit/merkle/verify-proof.ts';
import { type LogBreak, verifyLog } from '../../shared/domain/audit/verify-log.ts';
import { signedNote, type TrustedCheckpoint, trustedCheckpoint } from './checkpoint.ts';
import { tilesOf } from './proof.ts';
import type { LogSource } from './source.ts';

export interface VerifyOptions {
  /** The log's key, kept elsewhere; else the one beside the log. */
  readonly key: string | undefined;
  /** An older checkpoint that was kept: the log must go on from there. */
  readonly since: string | undefined;
}

export interface AuditReport {
  readonly entries: number;
  readonly recommendations: number;
  readonly trades: number;
  readonly feedback: number;
  readonly controls: number;
  readonly size: number;
  readonly root: string;
  readonly verifier_key: string;
  /** The size of the older checkpoint that the log was shown to go on from; null when none was given. */
  readonly since: number | null;
  readonly broken: LogBreak | null;
}

/** Verifies a whole log: signature, every entry and tile, the environment's own head, and an older checkpoint. */
export async function verifyAudit(
  source: LogSource,
  { key, since }: VerifyOptions,
  onProgress: (done: number, total: number) => void,
): Promise<AuditReport> {
  // Read before the checkpoint, which is written before the head moves: it may be further, never behind.
  const head = await source.head?.();
  const trusted = await trustedCheckpoint(source, key);
  const { checkpoint } = trusted;
  const walked = await verifyLog(source.log.read, checkpoint, {
    onProgress: (done) => onProgress(done, checkpoint.size),
    sha256: opensslSha256,
  });
  const older = since === undefined ? null : signedNote(since, verifierKeyText(trusted.key));
  const broken =
    walked.broken ??
    (head !== undefined && head.size > checkpoint.size
      ? cutOff(checkpoint.size, `the table knows ${head.size} entries`)
      : null) ??
    (older === null ? null : await goesOn(source, older, trusted));
  return {
    ...walked,
    broken,
    size: checkpoint.size,
    root: hashText(checkpoint.root),
    verifier_key: verifierKeyText(trusted.key),
    since: older?.checkpoint.size ?? null,
  };
}

async function goesOn(
  source: LogSource,
  { checkpoint: older }: TrustedCheckpoint,
  { checkpoint }: TrustedCheckpoint,
): Promise<LogBreak | null> {
  if (older.size > checkpoint.size) {
    return cutOff(checkpoint.size, `the older checkpoint knows ${older.size} entries`);
  }
  const proof = await consistencyProof(tilesOf(source), older.size, checkpoint.size);
  if (extendsLog(older, checkpoint, proof)) return null;
  return { index: 0, why: `the first ${older.size} entries are not those of the older checkpoint` };
}

function cutOff(size: number, known: string): LogBreak {
  return { index: size, why: `the log ends here, but ${known}: its end was cut off` };
}
