import { type LedgerTrial, trialSchema } from '../../shared/domain/evaluation/trials.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** Every trial of an exchange and target in the append-only ledger. @throws InvariantViolated naming a broken line. */
export async function readLedger(
  ledger: ObjectStore,
  exchange: Exchange,
  target: string,
): Promise<LedgerTrial[]> {
  const keys = await ledger.list(`trials/${exchange}/${target}/`);
  return Promise.all(keys.map((key) => readTrial(ledger, key)));
}

async function readTrial(ledger: ObjectStore, key: string): Promise<LedgerTrial> {
  const result = trialSchema.safeParse(JSON.parse(new TextDecoder().decode(await ledger.get(key))));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new InvariantViolated(`${key}: ${issue.path.join('.')}: ${issue.message}`, { field: key });
}
