import { lakeSessions } from '../../../cli/replay/lake-sessions.ts';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import type { BackendPorts } from '../../../functions/score/ask-backend.ts';
import { type ReplayAnswerPorts, replayAnswer } from '../../../functions/score/replay-answer.ts';
import { liveInputs } from '../../../shared/adapters/online/live-inputs.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../shared/config/execution.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import type { FeatureSet } from '../../../shared/domain/features/feature-set.ts';
import { FEATURE_SETS } from '../../../shared/domain/features/feature-sets.ts';
import type { ScoreRequest } from '../../../shared/domain/features/score-request.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { EmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { marketDay } from '../../factories/market-day.ts';
import { openPorts, stagesOf } from '../pipeline.ts';
import { scoringWorld } from './scoring-world.ts';

export const DATE = '2025-12-04';

/** What the queues take from a snapshot's receipt to its answer. */
const UNDERWAY_MS = 400;

/**
 * A simulated day of the index chain and the chain that its signals trade, a snapshot of each every so many seconds, in
 * the order received: within a minute prices move on, and every snapshot is another one.
 */
export function fastDay(minutes: number, everySeconds: number): StoredSnapshot[] {
  const day = marketDay({ date: DATE, exchanges: ['NSE', 'NSE_MONTHLY'], minutes, edge: 0.6, seed: 3 });
  const fast = day.flatMap((snapshot) =>
    Array.from({ length: 60 / everySeconds }, (_, at) => within(snapshot, at * everySeconds)),
  );
  return fast.sort((a, b) => epochMs(a.received_at) - epochMs(b.received_at));
}

function within(snapshot: StoredSnapshot, seconds: number): StoredSnapshot {
  const later = (iso: string) => utcIso(epochMs(iso) + seconds * 1000);
  return {
    ...snapshot,
    origin: 'live',
    snapshot_id: snapshot.snapshot_id.slice(0, 30) + seconds.toString(16).padStart(2, '0'),
    timestamp: later(snapshot.timestamp),
    received_at: later(snapshot.received_at),
    recorded_at: later(snapshot.recorded_at),
    underlying_price: snapshot.underlying_price + Math.sin(seconds) / 4,
    legs: snapshot.legs.map((leg) => ({
      ...leg,
      ltp: leg.ltp === null ? null : leg.ltp + (seconds % 7) * 0.05,
    })),
  };
}

/** Live stages, their lake, and what gives their answers again. */
export async function replayWorld(
  cloud: EmbeddedCloud,
  sets: readonly FeatureSet[] = [TRACKER_V2],
  backends?: BackendPorts,
) {
  const scoring = await scoringWorld(cloud, sets, undefined, backends);
  const ports = await openPorts(cloud, sets);
  const asked: ScoreRequest[] = [];
  const update = updateFeatures({
    ...ports,
    window: scoring.window,
    inputs: liveInputs({ window: scoring.window, summaries: ports.summaries }),
    toScore: { sendAll: async (messages) => void asked.push(...(messages as ScoreRequest[])) },
  });
  const stages = stagesOf(ports);
  const replaying = (): ReplayAnswerPorts => ({
    sessions: lakeSessions(ports),
    models: scoring.models,
    openBundle: scoring.openBundle,
    featureSets: FEATURE_SETS,
    trainingSet: TRACKER_V2,
    rules: exchangesRules(),
    quality: qualityPolicy(),
    execution: optionPolicy(),
    policy: riskPolicy(),
  });
  return {
    ...scoring,
    ports,
    stages,
    replaying,
    replay: (recorded: Recommendation) => replayAnswer(replaying())(recorded),
    /**
     * Delivers snapshots as they come, one moment of all chains at a time, and answers each: until there is a row of
     * the live set, the tracker's own question.
     */
    async play(day: readonly StoredSnapshot[]): Promise<Recommendation[]> {
      const answers: Recommendation[] = [];
      for (const moment of Map.groupBy(day, ({ received_at }) => received_at).values()) {
        await update(moment.map((snapshot) => ({ snapshot, live: true })));
        scoring.time.nowMs = epochMs(moment[0]!.received_at) + UNDERWAY_MS;
        scoring.time.stopwatchMs += 5;
        const request = asked.splice(0).find(({ exchange }) => exchange === 'NSE');
        const answer = request && (await scoring.answerMoment(request));
        answers.push(answer ?? (await scoring.answer({ exchange: 'NSE' })));
      }
      return answers;
    },
    /** Brings a day into the lake, as micro-batches; `compact` and `feature` of the stages make its files. */
    write: (day: readonly StoredSnapshot[]) => stages.write(day),
  };
}
export type ReplayWorld = Awaited<ReturnType<typeof replayWorld>>;
