import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Challenger } from '../../shared/domain/promotion/challenger.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { shadowRequest } from '../../shared/domain/scoring/shadow-request.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';

/** A challenger that is set or stopped is seen within this time. */
const LOOK_EVERY_MS = 2000;

interface Ports {
  readonly shadows: Pick<ShadowStore, 'challenger'>;
  readonly toShadow: MessageQueue;
  /** Milliseconds of a clock that only runs forward. */
  readonly stopwatchMs: () => number;
  /** Counts and tells what went wrong beside an answer; the answer does not hear of it. */
  readonly onFault: (error: Error) => void;
}

/** Puts an answer and its row on the queue to-shadow if its exchange has a challenger. Never fails, whatever happens. */
export type OfferShadow = (answer: Recommendation, row: FeatureRow | undefined) => Promise<void>;

export function offerShadow({ shadows, toShadow, stopwatchMs, onFault }: Ports): OfferShadow {
  const seen = new Map<string, { readonly atMs: number; readonly found: Promise<Challenger | undefined> }>();
  return async (answer, row) => {
    try {
      if (row === undefined) return;
      const challenger = await lookUp(answer.exchange, answer.target);
      if (challenger === undefined || challenger.stopped_at !== null) return;
      if (challenger.version === answer.model_version) return;
      await toShadow.sendAll([shadowRequest(answer, row)]);
    } catch (error) {
      onFault(error as Error);
    }
  };

  function lookUp(exchange: Exchange, target: string): Promise<Challenger | undefined> {
    const key = `${exchange}#${target}`;
    const last = seen.get(key);
    if (last !== undefined && stopwatchMs() - last.atMs < LOOK_EVERY_MS) return last.found;
    const found = shadows.challenger(exchange, target);
    seen.set(key, { atMs: stopwatchMs(), found });
    found.catch(() => seen.delete(key));
    return found;
  }
}
