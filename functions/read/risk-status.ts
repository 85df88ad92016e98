import * as z from 'zod';
import { sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { accountTotals, openPositions } from '../../shared/domain/risk/totals.ts';
import type { RiskAnswer } from '../../shared/domain/scoring/risk-answer.ts';
import { riskLimitLines } from '../../shared/domain/scoring/risk-limit-lines.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import { exchangeParameter, targetParameter } from './query.ts';

export const riskQuerySchema = z.object({ exchange: exchangeParameter, target: targetParameter });

const CONTROLS = 20;

interface Ports {
  readonly risk: Pick<RiskStore, 'book' | 'controls'>;
  readonly models: Pick<ModelRegistry, 'livePointer'>;
  readonly riskPolicy: RiskPolicy;
  readonly clock: Clock;
}

/** GET /v1/risk: the session's totals as an answer would see them now, beside every limit. */
export function riskStatus({ risk, models, riskPolicy, clock }: Ports) {
  return async ({ exchange, target }: z.infer<typeof riskQuerySchema>): Promise<RiskAnswer> => {
    const nowMs = clock();
    const book = await risk.book();
    const { account_rupees: accountRupees, short_margin: shortMargin } = riskPolicy;
    const input = { date: sessionDate(nowMs), accountRupees, shortMargin };
    const wanted = exchange === undefined ? EXCHANGES : [exchange];
    const positions = openPositions(book, input);
    return {
      at: utcIso(nowMs),
      account_rupees: accountRupees,
      exchanges: await Promise.all(wanted.map(statusOf)),
      positions: positions.filter((position) => wanted.includes(position.exchange)),
      halts: [...book.halts],
      controls: await risk.controls(CONTROLS),
    };

    async function statusOf(one: Exchange) {
      const totals = accountTotals(one, book, input);
      const live_version = (await models.livePointer(one, target))?.version ?? null;
      const limits = riskLimitLines({ totals, liveVersion: live_version, nowMs }, riskPolicy);
      return { exchange: one, live_version, totals, limits };
    }
  };
}
