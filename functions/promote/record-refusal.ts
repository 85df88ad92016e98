import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { complianceClass } from '../../shared/domain/promotion/compliance-class.ts';
import type { HistoryRow, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { PromotionRequest } from './promotion-request.ts';

export interface Refusal {
  readonly request: PromotionRequest;
  readonly error: string;
  /** Lambda's error text: JSON with `errorMessage`, or plain words. */
  readonly cause: string;
}

/** Writes a promotion or rollback that did not happen into the deployment history, with the reason. */
export function recordRefusal({ models, clock }: { models: ModelRegistry; clock: Clock }) {
  return async ({ request, error, cause }: Refusal): Promise<HistoryRow> => {
    const { exchange, target, operator, reason, override, execution } = request;
    const pointer = await models.livePointer(exchange, target);
    const asked = await askedFor(models, request);
    const history: HistoryRow = {
      exchange,
      target,
      event: error === 'RejectedInput' ? 'refused' : 'failed',
      from_version: pointer?.version ?? null,
      to_version: request.version ?? pointer?.previous_version ?? null,
      operator: operator.trim() || 'nobody',
      reason: reason.trim() || 'none given',
      override,
      refusal: messageOf(cause),
      compliance_class: complianceClass(pointer?.logic_hash ?? null, asked?.logic_hash ?? ''),
      verdict_key: asked?.verdict_key ?? null,
      verdict_hash: asked?.verdict_hash ?? null,
      execution,
      at: utcIso(clock()),
      pointer_revision: pointer?.revision ?? 0,
    };
    await models.apply({ versions: [], history });
    return history;
  };
}

/** The row of the version that was asked for; undefined when there is none of that name. */
async function askedFor(models: ModelRegistry, request: PromotionRequest): Promise<ModelVersion | undefined> {
  const { exchange, target, version } = request;
  if (version === undefined) return undefined;
  try {
    return await models.version(exchange, target, version);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** The words of a failed task. Example: `messageOf('{"errorMessage":"no verdict"}')` is `no verdict`. */
export function messageOf(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause || 'no reason given';
  }
}
