import { epochMs, MINUTE_MS, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { BakingEvidence } from '../../shared/domain/promotion/baking.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import type { AlertStore } from '../../shared/ports/alert-store.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

/** A row that is scored is answered within this time, with its redeliveries. */
const ANSWERED_WITHIN_MS = 2 * MINUTE_MS;
/** Every scoring function has seen the switch by then; an unusable bundle before that may be the one that was left. */
const SEEN_WITHIN_MS = 10_000;

/** Since the promotion. */
export interface BakingWindow {
  readonly fromMs: number;
  /** The end of the window, or now before that. */
  readonly toMs: number;
  readonly nowMs: number;
}

export interface EvidencePorts {
  readonly recommendations: RecommendationStore;
  readonly window: OnlineWindow;
  readonly alerts: AlertStore;
}

/**
 * What was seen of a live version within its baking window: of its last session, since a window that goes over a night
 * was looked at on the evening before.
 */
export async function seenOf(
  ports: EvidencePorts,
  pointer: LivePointer,
  featureSet: string,
  window: BakingWindow,
): Promise<BakingEvidence> {
  const { exchange, version } = pointer;
  const date = sessionDate(window.toMs);
  const within = ({ timestamp }: { timestamp: string }) =>
    epochMs(timestamp) >= window.fromMs && epochMs(timestamp) <= window.toMs;
  const answers = (await ports.recommendations.ofDay(exchange, date)).filter(within);
  const answered = new Set(answers.map(({ timestamp }) => epochMs(timestamp)));
  const rows = await ports.window.featureRows(exchange, date, featureSet, window.fromMs, window.toMs);
  const due = rows.filter(({ recorded_at }) => epochMs(recorded_at) + ANSWERED_WITHIN_MS <= window.nowMs);
  return {
    latenciesUs: answers.filter((one) => one.model_version === version).map((one) => one.latency_us),
    unusable: answers.filter(
      ({ hold_reason, recorded_at }) =>
        hold_reason === 'unusable_model' && epochMs(recorded_at) >= window.fromMs + SEEN_WITHIN_MS,
    ).length,
    unanswered: due.filter(({ timestamp }) => !answered.has(epochMs(timestamp))).length,
    parity: await parityFound(ports.alerts, exchange, window),
  };
}

async function parityFound(
  alerts: AlertStore,
  exchange: string,
  { fromMs, toMs }: BakingWindow,
): Promise<string | null> {
  const state = await alerts.state('feature-parity', exchange);
  if (state?.status !== 'open') return null;
  const openedMs = epochMs(state.opened_at);
  return openedMs >= fromMs && openedMs <= toMs ? state.finding.what : null;
}
