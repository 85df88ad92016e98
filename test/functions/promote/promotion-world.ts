import { askApproval } from '../../../functions/promote/ask-approval.ts';
import { confirmSwitch } from '../../../functions/promote/confirm-switch.ts';
import type { PromotionRequest } from '../../../functions/promote/promotion-request.ts';
import { recordRefusal } from '../../../functions/promote/record-refusal.ts';
import { settleApprovals } from '../../../functions/promote/settle-approval.ts';
import { smokeTest } from '../../../functions/promote/smoke-test.ts';
import { switchPointer } from '../../../functions/promote/switch-pointer.ts';
import { verifyPromotion } from '../../../functions/promote/verify-promotion.ts';
import { dynamoApprovals } from '../../../shared/adapters/dynamodb/approvals.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { bundleFiles } from '../../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { Candidate } from '../../../shared/ports/model-trainer.ts';
import type { TaskTokens } from '../../../shared/ports/task-tokens.ts';
import { type EmbeddedCloud, START_MS } from '../../contract/embedded-cloud.ts';
import { aModelVersion } from '../../factories/registry.ts';
import { openFiles } from '../../factories/tracker-market.ts';

/** The promotion machine's steps on a table and a bucket of their own. */
export async function promotionWorld(cloud: EmbeddedCloud) {
  let second = 0;
  const clock = () => START_MS + 1000 * second++;
  const table = await cloud.table();
  const models = dynamoModelRegistry(cloud.dynamodb, table);
  const approvals = dynamoApprovals(cloud.dynamodb, table);
  const told: Record<string, unknown>[] = [];
  const toAlert = {
    sendAll: async (messages: readonly unknown[]) => {
      told.push(...(messages as Record<string, unknown>[]));
    },
  };
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const verify = verifyPromotion({
    models,
    bucket,
    smokeTest: smokeTest(bundleFiles(bucket), openFiles),
    clock,
  });
  const change = switchPointer({ models, clock });
  return {
    models,
    approvals,
    /** What the alert stage was told by functions. */
    told,
    bucket,
    ask: (tokens: TaskTokens) => askApproval({ approvals, tokens, toAlert, clock }),
    settle: settleApprovals({ models, approvals, toAlert, clock }),
    verify,
    change,
    confirm: (answers: readonly (string | null)[]) => confirming(answers),
    refuse: recordRefusal({ models, clock }),
    liveVersion: async () => (await models.livePointer('NSE', 'tb15'))?.version ?? null,
    events: async () =>
      (await models.history('NSE', 'tb15')).map(({ event, to_version }) => [event, to_version]),
    /** As an execution of its own: one execution does nothing twice. */
    promote: async (version: string) =>
      change(await verify(asked(version, { execution: `promotion:${version}:${second}` }))),
    /** Registers a bundle with a stored verdict on it. */
    async register({ files, bundle }: Candidate, pass = true): Promise<ModelVersion> {
      const { version, bundle_hash, logic_hash, exploratory, exchange, target } = bundle;
      const verdict_key = `reports/NSE/tb15/${version}/verdict.json`;
      const failed = pass ? [] : ['sharpe', 'enough-evidence'];
      const verdict = JSON.stringify({ exchange, target, version, bundle_hash, pass, failed });
      const row = aModelVersion({
        ...{ version, bundle_hash, logic_hash, exploratory, verdict_key },
        status: pass ? 'approved' : 'rejected',
        verdict_hash: contentHash(new TextEncoder().encode(verdict)),
        verdict_pass: pass,
      });
      for (const [path, bytes] of files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
      await bucket.put(verdict_key, verdict);
      await models.add(row);
      return row;
    },
  };
}

export type PromotionWorld = Awaited<ReturnType<typeof promotionWorld>>;

export function asked(version: string, change: Partial<PromotionRequest> = {}): PromotionRequest {
  return {
    action: 'promote',
    exchange: 'NSE',
    target: 'tb15',
    version,
    operator: 'asha',
    reason: 'better calibrated',
    override: false,
    approval: null,
    execution: 'promotion:1',
    ...change,
  };
}

/** The confirming step against an API that answers with these versions in turn, the last one for ever. */
function confirming(answers: readonly (string | null)[]) {
  const asked: unknown[] = [];
  const pauses: number[] = [];
  const confirm = confirmSwitch({
    api: {
      async call<Answer>(request: unknown) {
        asked.push(request);
        return { model_version: answers[Math.min(asked.length, answers.length) - 1] } as Answer;
      },
    },
    pause: async (ms) => {
      pauses.push(ms);
    },
  });
  return { confirm, asked, pauses };
}
