import * as z from 'zod';
import { EXCHANGES, type Exchange, exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import type { ShadowPolicy } from '../../shared/domain/outcomes/shadow-policy.ts';
import { shadowVerdict, shadowVerdictSchema } from '../../shared/domain/outcomes/shadow-verdict.ts';
import { challengerSchema } from '../../shared/domain/promotion/challenger.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';
import { exchangeParameter, targetParameter } from './query.ts';

export const shadowQuerySchema = z.object({ exchange: exchangeParameter, target: targetParameter });

export const shadowAnswerListSchema = z.object({
  shadows: z.array(
    z.object({
      exchange: exchangeSchema,
      target: z.string(),
      /** Null when none was ever set; a stopped one keeps its evidence. */
      challenger: challengerSchema.nullable(),
      /** What it is compared with; null while nothing is live. */
      live_version: z.string().nullable(),
      /** Null without a challenger or a live version. */
      verdict: shadowVerdictSchema.nullable(),
      /** Every change, oldest first: who, when and why. */
      changes: z.array(challengerSchema),
    }),
  ),
});

interface Ports {
  readonly shadows: ShadowStore;
  readonly models: ModelRegistry;
  readonly shadowPolicy: ShadowPolicy;
}

/** GET /v1/shadow: the challenger of each exchange, judged against the version that is live now. */
export function shadowReport({ shadows, models, shadowPolicy }: Ports) {
  return async ({
    exchange,
    target,
  }: z.infer<typeof shadowQuerySchema>): Promise<z.infer<typeof shadowAnswerListSchema>> => {
    const wanted = exchange === undefined ? EXCHANGES : [exchange];
    return { shadows: await Promise.all(wanted.map((one) => report(one, target))) };
  };

  async function report(exchange: Exchange, target: string) {
    const challenger = (await shadows.challenger(exchange, target)) ?? null;
    const live_version = (await models.livePointer(exchange, target))?.version ?? null;
    const changes = await shadows.changes(exchange, target);
    const about = { exchange, target, challenger, live_version, changes };
    if (challenger === null || live_version === null) return { ...about, verdict: null };
    const sessions = await shadows.sessions(exchange, target, challenger.version);
    const beside = sessions.filter((session) => session.live_version === live_version);
    return { ...about, verdict: shadowVerdict(beside, shadowPolicy) };
  }
}
