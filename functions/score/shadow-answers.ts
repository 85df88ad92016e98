import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Challenger } from '../../shared/domain/promotion/challenger.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import {
  hashFor,
  type ShadowAnswer,
  shadowAnswer,
  shadowFault,
} from '../../shared/domain/scoring/shadow-answer.ts';
import {
  type LiveAnswer,
  requestedRow,
  type ShadowRequest,
} from '../../shared/domain/scoring/shadow-request.ts';
import { InvariantViolated, NotFound, Temporary } from '../../shared/errors.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { ShadowStore } from '../../shared/ports/shadow-store.ts';
import { bundleModel } from './bundle-model.ts';
import type { OpenBundle } from './bundles.ts';
import type { Regime } from './regime-tracker.ts';

interface Ports {
  readonly shadows: Pick<ShadowStore, 'challenger' | 'addAnswer'>;
  readonly openBundle: (prefix: string, bundleHash: string) => Promise<OpenBundle>;
  readonly regime: Regime;
  readonly window: Pick<OnlineWindow, 'featureRow'>;
  readonly policy: RiskPolicy;
  /** A challenger that takes longer than this for an answer hangs. */
  readonly patienceMs: number;
  /** Counts and tells a challenger that threw, hung or is missing. */
  readonly onFault: (answer: ShadowAnswer) => void;
}

/**
 * Lets the challenger of an exchange answer on the row of a live answer, and keeps what it says apart. What the
 * challenger does wrong is kept as its fault, once; only what will pass by itself is thrown, so that the request comes
 * again. Undefined when there is no challenger (any more), or when it has answered before.
 */
export function answerBeside(ports: Ports) {
  return async (request: ShadowRequest): Promise<ShadowAnswer | undefined> => {
    const { exchange, target, model_version } = request.live;
    const challenger = await ports.shadows.challenger(exchange, target);
    if (challenger === undefined || challenger.stopped_at !== null) return undefined;
    if (challenger.version === model_version) return undefined;
    const answer = await answerOrFault(ports, challenger, request);
    if (!(await ports.shadows.addAnswer(answer))) return undefined;
    if (answer.fault !== null) ports.onFault(answer);
    return answer;
  };
}

async function answerOrFault(
  ports: Ports,
  challenger: Challenger,
  request: ShadowRequest,
): Promise<ShadowAnswer> {
  try {
    return await inTime(ports.patienceMs, answerOf(ports, challenger, request));
  } catch (error) {
    if (error instanceof Temporary) throw error;
    return shadowFault(request.live, challenger.version, (error as Error).message || 'no answer');
  }
}

async function answerOf(
  ports: Ports,
  { bundle_prefix, bundle_hash }: Challenger,
  request: ShadowRequest,
): Promise<ShadowAnswer> {
  const bundle = await ports.openBundle(bundle_prefix, bundle_hash);
  const set = featureSetById(bundle.scorer.bundle.feature_set);
  const row = await rowIn(ports, request, set.id);
  const signal = await bundleModel(bundle, set, ports.regime, { explains: false }).scoreFeatures({
    vector: row,
  });
  return shadowAnswer({
    live: request.live,
    signal,
    features: { values: row.values, qualityFlags: row.quality_flags },
    policy: ports.policy,
  });
}

/** The very row of the live answer; of another set, the one of the same snapshot. */
async function rowIn({ window }: Ports, request: ShadowRequest, set: string): Promise<FeatureRow> {
  const { live } = request;
  const row = requestedRow(request);
  assertSame(live, row);
  if (row.feature_set === set) return row;
  const atMs = epochMs(row.timestamp);
  const other = await window.featureRow(live.exchange, sessionDate(atMs), set, atMs);
  if (other !== undefined && epochMs(other.timestamp) === atMs && other.snapshot_id === row.snapshot_id) {
    return other;
  }
  throw new NotFound(`${set}: expected a row of the moment, was none`);
}

/** Both models see the same: the live answer's own hash is that of the row that came with it. */
function assertSame(live: LiveAnswer, row: FeatureRow): void {
  const hash = hashFor(live, { version: live.model_version, feature_set: live.feature_set }, row.values);
  if (hash === live.input_hash) return;
  throw new InvariantViolated(`input of ${live.id}: expected hash ${live.input_hash}, was ${hash}`);
}

async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an answer within ${ms} ms, was none`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
