import { describeIssue, plainWording } from '../../describe-issue.ts';
import { sha256Hex } from '../../domain/training/bundle.ts';
import { type Trial, trialRunSchema } from '../../domain/training/trial.ts';
import { InvariantViolated } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { TrialLedger } from '../../ports/trial-ledger.ts';

const HASH_DIGITS = 8;

/**
 * The ledger as one JSON object a run below `trials/<exchange>/<target>/`, in a bucket where nothing is overwritten. Its
 * name says what was tried as well: two searches that end in the same model have the same run's name, and both count.
 */
export function objectTrialLedger(bucket: ObjectStore): TrialLedger {
  return {
    async add(exchange, target, run, trials) {
      const text = `${JSON.stringify({ schema: 1, trials })}\n`;
      const tried = sha256Hex(text).slice(0, HASH_DIGITS);
      await bucket.put(`${prefix(exchange, target)}${run}-${tried}.json`, text, { ifAbsent: true });
    },
    async all(exchange, target) {
      const keys = (await bucket.list(prefix(exchange, target))).sort();
      const runs = await Promise.all(keys.map((key) => readRun(bucket, key)));
      return runs.flat();
    },
  };
}

function prefix(exchange: string, target: string): string {
  return `trials/${exchange}/${target}/`;
}

async function readRun(bucket: ObjectStore, key: string): Promise<Trial[]> {
  const json: unknown = JSON.parse(new TextDecoder().decode(await bucket.get(key)));
  const result = trialRunSchema.safeParse(json);
  if (result.success) return result.data.trials;
  const what = describeIssue(result.error.issues, json, plainWording('trials'));
  throw new InvariantViolated(`${key}: ${what}`, { field: key });
}
