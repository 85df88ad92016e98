import * as z from 'zod';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { liveAt } from '../../shared/domain/promotion/live-at.ts';
import { historyRowSchema, modelVersionSchema } from '../../shared/domain/promotion/registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { targetParameter } from './query.ts';

export const liveModelQuerySchema = z.object({
  exchange: exchangeSchema,
  target: targetParameter,
  at: z.iso.datetime({ offset: true }).optional().describe('The moment, with its offset; now when left out.'),
});

export const liveModelAnswerSchema = z.object({
  exchange: exchangeSchema,
  target: z.string(),
  at: z.iso.datetime({ offset: true }),
  /** Null before the first promotion. */
  version: z.string().nullable(),
  model: modelVersionSchema.nullable(),
  /** Every switch and refusal, oldest first. */
  history: z.array(historyRowSchema),
});

interface Ports {
  readonly models: ModelRegistry;
  readonly clock: Clock;
}

/** GET /v1/models/{exchange}/live: which bundle answered at a moment, from the deployment history. */
export function liveModel({ models, clock }: Ports) {
  return async ({
    exchange,
    target,
    at,
  }: z.infer<typeof liveModelQuerySchema>): Promise<z.infer<typeof liveModelAnswerSchema>> => {
    const moment = utcIso(at === undefined ? clock() : epochMs(at));
    const history = await models.history(exchange, target);
    const version = liveAt(history, moment);
    const model = version === null ? null : await models.version(exchange, target, version);
    return { exchange, target, at: moment, version, model, history };
  };
}
