import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { declinedHistory } from '../../shared/domain/promotion/declined.ts';
import type { HistoryRow } from '../../shared/domain/promotion/registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { askedVersion } from './asked-version.ts';
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
    const { exchange, target } = request;
    const pointer = (await models.livePointer(exchange, target)) ?? null;
    // A rollback names no version: it asks for the one before.
    const version = request.version ?? pointer?.previous_version ?? undefined;
    const history = declinedHistory({
      ...request,
      event: error === 'RejectedInput' ? 'refused' : 'failed',
      pointer,
      version: version ?? null,
      row: await askedVersion(models, { ...request, version }),
      refusal: messageOf(cause),
      now: utcIso(clock()),
    });
    await models.apply({ versions: [], history });
    return history;
  };
}

/** The words of a failed task. Example: `messageOf('{"errorMessage":"no verdict"}')` is `no verdict`. */
export function messageOf(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause || 'no reason given';
  }
}
