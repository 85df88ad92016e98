import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import { cameByPromotion, sessionMinutesOver, technicalAlarm } from '../../shared/domain/promotion/baking.ts';
import type { BakingPolicy } from '../../shared/domain/promotion/promotion-policy.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Machine } from '../../shared/ports/machine.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { type BakingWindow, type EvidencePorts, seenOf } from './baking-evidence.ts';

export const BAKING_OPERATOR = 'oi-loop baking';

interface Ports extends EvidencePorts {
  readonly models: ModelRegistry;
  readonly promotion: Machine;
  readonly toAlert: MessageQueue;
  readonly rules: ExchangesRules;
  readonly policy: BakingPolicy;
  readonly target: string;
  /** Time from one look to the next: the last one of a window comes at most so much later. */
  readonly lookEveryMs: number;
  readonly clock: Clock;
}

export interface BakingReport {
  readonly baking: number;
  /** Versions that are taken back. */
  readonly taken_back: readonly string[];
}

/**
 * Looks at every version in its baking window and starts the promotion machine's way back for one with a technical
 * alarm, once, and only while that version is live. Outside the window it starts nothing.
 */
export function watchBaking(ports: Ports) {
  return async (): Promise<BakingReport> => {
    const nowMs = ports.clock();
    const taken_back: string[] = [];
    let baking = 0;
    for (const exchange of EXCHANGES) {
      const pointer = await ports.models.livePointer(exchange, ports.target);
      const window = pointer && (await bakingWindow(ports, pointer, nowMs));
      if (pointer === undefined || window === undefined) continue;
      baking += 1;
      if (await takeBackIfAlarmed(ports, pointer, window)) taken_back.push(pointer.version);
    }
    return { baking, taken_back };
  };
}

/** On a day that the calendar does not know there is no session, and the rule `calendar-ends` has told. */
async function bakingWindow(
  { models, rules, policy, lookEveryMs }: Ports,
  pointer: LivePointer,
  nowMs: number,
): Promise<BakingWindow | undefined> {
  const fromMs = Date.parse(pointer.since);
  const endMs = minutesOver(fromMs, nowMs, policy, rules[pointer.exchange]);
  if (endMs === undefined || (endMs !== null && nowMs >= endMs + lookEveryMs)) return undefined;
  if (!cameByPromotion(pointer, await models.history(pointer.exchange, pointer.target))) return undefined;
  return { fromMs, toMs: Math.min(nowMs, endMs ?? nowMs), nowMs };
}

function minutesOver(
  fromMs: number,
  nowMs: number,
  { session_minutes }: BakingPolicy,
  rules: ExchangesRules[Exchange],
): number | null | undefined {
  try {
    return sessionMinutesOver(fromMs, nowMs, session_minutes, rules);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function takeBackIfAlarmed(ports: Ports, pointer: LivePointer, window: BakingWindow): Promise<boolean> {
  const { exchange, target, version, previous_version, since } = pointer;
  const { feature_set } = await ports.models.version(exchange, target, version);
  const found = technicalAlarm(await seenOf(ports, pointer, feature_set, window), ports.policy);
  if (found === null) return false;
  // One execution per promotion, whoever looks again before it has ended.
  const name = `baking-${exchange}-${target}-${version}-${since}`.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  await ports.promotion.start(name.slice(0, 80), {
    ...{ action: 'take_back', exchange, target, version, operator: BAKING_OPERATOR },
    reason: `technical alarm while baking (${found.alarm}): ${found.why}`,
  });
  await ports.toAlert.sendAll([{ kind: 'baking', exchange, version, previous_version, since, ...found }]);
  return true;
}
