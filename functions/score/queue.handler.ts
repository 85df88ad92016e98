import { readEnv } from '../../shared/config/env.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { logger } from '../../shared/observability/logger.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { LIVE_SCORING, liveScoring } from './live.wiring.ts';
import { scoreRow } from './score-row.ts';

const { score, record, window } = liveScoring(readEnv(process.env, LIVE_SCORING));
const answer = scoreRow({ score, record, window, target: PRODUCTION_TARGET });

/** Each new moment is scored by itself; those of one session in their order, since the regime steps once a row. */
export const handler = queueConsumer<ScoreRequest>(async (messages) => {
  const failed: string[] = [];
  const inOrder = [...messages].sort((a, b) => (a.body.timestamp < b.body.timestamp ? -1 : 1));
  for (const { id, body } of inOrder) {
    try {
      if ((await answer(body)) === undefined) logger.info('no row of the live set to score', { ...body });
    } catch (error) {
      logger.error('row not scored', { ...body, error: error as Error });
      failed.push(id);
    }
  }
  return failed;
});
