import { NotFound } from '../../shared/errors.ts';
import { trustedCheckpoint } from '../audit/checkpoint.ts';
import { type AuditProof, prove } from '../audit/proof.ts';
import type { LogSource } from '../audit/source.ts';

/** Proofs of what is sealed of the ids, in their order; none of what is not. */
export async function sealedProofs(source: LogSource, ids: readonly string[]): Promise<AuditProof[]> {
  const trusted = await found(trustedCheckpoint(source, undefined));
  if (trusted === undefined) return [];
  const proofs: AuditProof[] = [];
  for (const id of ids) proofs.push(...((await found(prove(source, trusted, id))) ?? []));
  return proofs;
}

async function found<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
