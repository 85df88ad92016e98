import * as z from 'zod';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { shownApprovalSchema, waitingApproval } from '../../shared/domain/promotion/approval.ts';
import { livePointerSchema, modelVersionSchema } from '../../shared/domain/promotion/registry.ts';
import type { Approvals } from '../../shared/ports/approvals.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { exchangeParameter, targetParameter } from './query.ts';

export const modelsQuerySchema = z.object({ exchange: exchangeParameter, target: targetParameter });

export const modelsAnswerSchema = z.object({
  live: z.array(livePointerSchema),
  models: z.array(modelVersionSchema),
  /** Promotions that wait for an operator. */
  waiting: z.array(shownApprovalSchema),
});

interface Ports {
  readonly models: ModelRegistry;
  readonly approvals: Approvals;
  readonly clock: Clock;
}

/** GET /v1/models: what is live, every version, newest first within its exchange, and what waits for approval. */
export function listModels({ models, approvals, clock }: Ports) {
  return async ({
    exchange,
    target,
  }: z.infer<typeof modelsQuerySchema>): Promise<z.infer<typeof modelsAnswerSchema>> => {
    const wanted = exchange === undefined ? EXCHANGES : [exchange];
    const pointers = await Promise.all(wanted.map((one) => models.livePointer(one, target)));
    const versions = await Promise.all(wanted.map((one) => models.versions(one, target)));
    const asked = await Promise.all(wanted.map((one) => approvals.current(one, target)));
    const waiting = asked.flatMap((one) => waitingApproval(one, utcIso(clock())) ?? []);
    return { live: pointers.filter((pointer) => pointer !== undefined), models: versions.flat(), waiting };
  };
}
