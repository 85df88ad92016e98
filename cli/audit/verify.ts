import { opensslSha256 } from '../../shared/adapters/openssl/sha256.ts';
import { verifierKeyText } from '../../shared/domain/audit/checkpoint.ts';
import type { LogHead } from '../../shared/domain/audit/log-entry.ts';
import { hashText } from '../../shared/domain/audit/merkle/node-hash.ts';
import type { TreeHead } from '../../shared/domain/audit/merkle/verify-proof.ts';
import { type LogBreak, verifyLog } from '../../shared/domain/audit/verify-log.ts';
import { signedNote, trustedCheckpoint } from './checkpoint.ts';
import type { LogSource } from './source.ts';
import { unlikeHead } from './unlike-head.ts';

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

/** Verifies a whole log: signature, every entry and tile, and that it goes on from the table's head and an older checkpoint. */
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
    (head === undefined ? null : await unlikeHead(source, 'the table', treeHeadOf(head), checkpoint)) ??
    (older === null ? null : await unlikeHead(source, 'the older checkpoint', older.checkpoint, checkpoint));
  return {
    ...walked,
    broken,
    size: checkpoint.size,
    root: hashText(checkpoint.root),
    verifier_key: verifierKeyText(trusted.key),
    since: older?.checkpoint.size ?? null,
  };
}

function treeHeadOf({ size, root }: LogHead): TreeHead {
  return { size, root: Uint8Array.from(Buffer.from(root, 'hex')) };
}
