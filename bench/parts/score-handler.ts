import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { accountNow } from '../../functions/score/account-now.ts';
import { answerQuestion } from '../../functions/score/answer-question.ts';
import { bundles } from '../../functions/score/bundles.ts';
import { featureService } from '../../functions/score/feature-service.ts';
import { modelService } from '../../functions/score/model-service.ts';
import { regimeTracker } from '../../functions/score/regime-tracker.ts';
import { scoreRequest } from '../../functions/score/score-request.ts';
import { snapshotRow } from '../../functions/score/snapshot-row.ts';
import { loadBundle } from '../../models/candidate/load.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { opensslSha256 } from '../../shared/adapters/openssl/sha256.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { jsonBody } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { median, percentile } from './harness.ts';
import { sessionOf, stored } from './market.ts';
import { memoryWindow } from './memory-window.ts';

const DATE = '2026-01-06';
/** Minutes of the session that have passed: every feature has its history. */
const MINUTES = 60;

/** Times of one way to ask, whole invocations of the handler. */
export interface HandlerTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the process over all of them, for one. */
  readonly cpuMs: number;
  readonly count: number;
}

/** The handler of POST /v1/score with everything but the stores behind it, which are in memory; nothing is recorded. */
export interface BenchHandler {
  /** Where its clock stands. */
  readonly nowMs: number;
  /** Snapshots, not yet posted, of the minutes that come next. */
  readonly next: readonly ChainSnapshot[];
  /** @param nowMsOf - where the clock stands for a body; where it stood when left out */
  time(bodies: readonly unknown[], warmUp: number, nowMsOf?: (at: number) => number): Promise<HandlerTimes>;
}

/** The handler as `request.handler.ts` puts it together, on one candidate and an hour of a simulated session. */
export async function benchHandler(candidate: Candidate): Promise<BenchHandler> {
  const [index, traded] = [sessionOf('NSE', DATE, 11), sessionOf('NSE_MONTHLY', DATE, 11)];
  const time = { nowMs: 0 };
  const clock = () => time.nowMs;
  const window = memoryWindow();
  const shared = { window, liveSets: [TRACKER_V2], trainingSet: TRACKER_V2, clock };
  const given = { rules: exchangesRules(), quality: qualityPolicy() };
  const features = featureService(given);
  const { bundle, files } = candidate;
  const models = modelService({
    ...shared,
    livePointer: async () => ({
      ...{ exchange: 'NSE' as const, target: bundle.target, version: bundle.version },
      ...{ bundle_hash: bundle.bundle_hash, logic_hash: bundle.logic_hash, bundle_prefix: 'bench/' },
      ...{ previous_version: null, since: utcIso(0), revision: 1 },
    }),
    openBundle: bundles({ readFiles: async () => files, load: (read) => loadBundle(read, openSession) }),
    regime: regimeTracker(window, given.quality.blocking),
    onModelFault(error) {
      throw error;
    },
  });
  const score = answerQuestion({
    ...shared,
    ...given,
    models,
    account: accountNow({ book: async () => ({ sessions: [], halts: [] }) }, riskPolicy()),
    execution: optionPolicy(),
    policy: riskPolicy(),
    stopwatchMs: () => performance.now(),
    sha256: opensslSha256,
  });
  const fromSnapshot = snapshotRow({
    ...shared,
    features,
    inputs: liveInputs({ window, summaries: { between: async () => [], fix: async () => [] } as never }),
    toBatch: { sendAll: async () => undefined },
  });
  const answer = scoreRequest({
    ...shared,
    features,
    score,
    record: async (recommendation) => recommendation,
    snapshotRow: fromSnapshot,
  });
  const handler = httpRoute(async (event) => json(200, await answer(jsonBody(event))));
  const invoke = (event: unknown) => handler(event as APIGatewayProxyEventV2, {} as never);
  for (const snapshot of [...stored(index.slice(0, MINUTES)), ...stored(traded.slice(0, MINUTES))]) {
    time.nowMs = epochMs(snapshot.timestamp) + 2000;
    if (snapshot.exchange === 'NSE') await fromSnapshot(snapshot, TRACKER_V2);
    else await window.putMinute(snapshot, 0);
  }
  return {
    nowMs: time.nowMs,
    next: index.slice(MINUTES),
    async time(bodies, warmUp, nowMsOf = clock) {
      const events = bodies.map(eventOf);
      const times: number[] = [];
      let cpu = process.cpuUsage();
      for (const [at, event] of events.entries()) {
        time.nowMs = nowMsOf(at);
        if (at === warmUp) cpu = process.cpuUsage();
        const startMs = performance.now();
        const answered = (await invoke(event)) as { statusCode: number; body: string };
        if (at >= warmUp) times.push(performance.now() - startMs);
        if (answered.statusCode !== 200) throw new Error(`handler: expected 200, was ${answered.body}`);
      }
      const { user, system } = process.cpuUsage(cpu);
      const cpuMs = (user + system) / 1000 / times.length;
      return { p50Ms: median(times), p99Ms: percentile(times, 0.99), cpuMs, count: times.length };
    },
  };
}

function eventOf(body: unknown) {
  return {
    rawPath: '/v1/score',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
