import { epochMs, isSameDay, MINUTE_MS } from '../market/indian-time.ts';
import {
  type ChainSnapshot,
  type Exchange,
  MACRO_KEYS,
  type Macro,
  type MacroKey,
  type StoredSnapshot,
} from '../market/snapshot.ts';
import type { DaySummary } from './day-summary.ts';
import { type Known, knownTo, type Timeline, timelineOf } from './timeline.ts';
import { knownDays, type SiblingSnapshot, siblingsAt, type WindowContext } from './window-context.ts';
import type { WindowTerms } from './window-terms.ts';

export { knownTo, type Timeline, timelineOf } from './timeline.ts';
export { SIBLING_MINUTES, type WindowContext } from './window-context.ts';
export { type WindowTerms, windowTerms } from './window-terms.ts';

/** What a feature set reads of a snapshot. */
export type WindowSnapshot = Pick<
  ChainSnapshot,
  'underlying_price' | 'underlying_volume' | 'atm_strike' | 'future_price' | 'future_oi' | 'vix' | 'legs'
>;

/** Values the tracker carries from one evaluation to the next; null unless a case states them. */
export interface CarriedState {
  readonly atmShiftEwma: number | null;
  readonly cachedFutureOiChange3mPct: number | null;
}

/** Everything a feature vector depends on: the snapshots up to now (the last one), oldest first, one a minute. */
export interface FeatureWindow extends WindowTerms {
  readonly snapshots: readonly WindowSnapshot[];
  /** The exact time of each snapshot (epoch milliseconds). */
  readonly timestampsMs: readonly number[];
  readonly expiry: string;
  readonly macro: Readonly<Partial<Record<MacroKey, number | null>>> | null;
  readonly state: CarriedState;
  /** Each other chain's last snapshot of an earlier minute, at most SIBLING_MINUTES before now; none is absent. */
  readonly siblings: Readonly<Partial<Record<Exchange, SiblingSnapshot>>>;
  /** Earlier sessions that were known before today's open, oldest first, at most PRIOR_DAYS. */
  readonly priorDays: readonly DaySummary[];
}

const NO_DAYS: readonly DaySummary[] = [];

export const NO_STATE: CarriedState = { atmShiftEwma: null, cachedFutureOiChange3mPct: null };

/** Minutes a window holds unless a set wants another number: the tracker keeps 40, plus the newest. */
export const WINDOW_MINUTES = 41;

/**
 * The window whose newest snapshot is the last of `snapshots` (sorted by rising timestamp, at least one).
 * Example: `windowOf(history, windowTerms('2025-12-04', rules.NSE))`.
 */
export function windowOf(
  snapshots: readonly StoredSnapshot[],
  terms: WindowTerms,
  minutes = WINDOW_MINUTES,
  context: WindowContext = {},
): FeatureWindow {
  return windowAt(timelineOf(snapshots), snapshots.length - 1, terms, minutes, context);
}

/**
 * The window that ends at one snapshot of a timeline: of each earlier minute the last snapshot, at most `minutes` of
 * them, only of the same session (Indian date) and only what was known by then (knownTo). Of another chain it holds the
 * last snapshot of an *earlier* minute: snapshots of one minute reach the live stage in any order.
 */
export function windowAt(
  timeline: Timeline,
  index: number,
  terms: WindowTerms,
  minutes = WINDOW_MINUTES,
  context: WindowContext = {},
): FeatureWindow {
  const now = timeline.snapshots[index]!;
  const known = knownTo(timeline, index);
  const picked = pickMinutes(timeline, index, known, minutes);
  return {
    ...terms,
    snapshots: picked.map((at) => timeline.snapshots[at]!),
    timestampsMs: picked.map((at) => timeline.timestampsMs[at]!),
    expiry: now.expiry,
    macro: now.macro && knownMacro(now.macro, known.ms),
    state: NO_STATE,
    siblings: siblingsAt(context.siblings ?? {}, timeline.timestampsMs[index]!, known),
    priorDays: knownDays(context.priorDays ?? NO_DAYS, terms),
  };
}

function pickMinutes(timeline: Timeline, index: number, known: Known, minutes: number): number[] {
  const { timestampsMs, [known.by]: knownMs } = timeline;
  const picked = [index];
  let minute = Math.floor(timestampsMs[index]! / MINUTE_MS);
  for (let at = index - 1; at >= 0 && picked.length < minutes; at -= 1) {
    if (!isSameDay(timestampsMs[at]!, timestampsMs[index]!)) break;
    const candidate = Math.floor(timestampsMs[at]! / MINUTE_MS);
    if (candidate === minute || knownMs[at]! > known.ms) continue;
    minute = candidate;
    picked.push(at);
  }
  return picked.reverse();
}

/** Macro values as numbers; one made (`as_of`) after the snapshot was received was not known then, and is missing. */
function knownMacro(macro: Macro, knownMs: number): Partial<Record<MacroKey, number | null>> {
  const known: Partial<Record<MacroKey, number | null>> = {};
  for (const key of MACRO_KEYS) {
    const value = macro[key];
    if (value === null || value === undefined || typeof value === 'number') known[key] = value ?? null;
    else known[key] = epochMs(value.as_of) <= knownMs ? value.value : null;
  }
  return known;
}
