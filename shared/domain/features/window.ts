import { ladderSidesOn, strikeStepOn } from '../market/contract.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { DAY_MS, epochMs, IST_OFFSET_MS, MINUTE_MS, sessionDate } from '../market/indian-time.ts';
import {
  type ChainSnapshot,
  MACRO_KEYS,
  type Macro,
  type MacroKey,
  type StoredSnapshot,
} from '../market/snapshot.ts';

/** What a feature set reads of a snapshot. */
export type WindowSnapshot = Pick<
  ChainSnapshot,
  'underlying_price' | 'underlying_volume' | 'atm_strike' | 'future_price' | 'future_oi' | 'vix' | 'legs'
>;

/** The chain's terms on the day: index points between strikes, strikes a side. */
export interface WindowTerms {
  readonly strikeStep: number;
  readonly ladderSides: number;
}

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
}

export const NO_STATE: CarriedState = { atmShiftEwma: null, cachedFutureOiChange3mPct: null };

/** Minutes a window holds: the tracker keeps 40, plus the newest. */
export const WINDOW_MINUTES = 41;

/** Snapshots of one exchange by rising timestamp, with their times read once. */
export interface Timeline {
  readonly snapshots: readonly StoredSnapshot[];
  readonly timestampsMs: readonly number[];
  readonly receivedMs: readonly number[];
}

/** The terms of an exchange on a date, for windows of that day. */
export function windowTerms(date: string, rules: ExchangeRules): WindowTerms {
  return { strikeStep: strikeStepOn(date, rules), ladderSides: ladderSidesOn(date, rules) };
}

/** Reads the times of snapshots that are sorted by rising timestamp. */
export function timelineOf(snapshots: readonly StoredSnapshot[]): Timeline {
  return {
    snapshots,
    timestampsMs: snapshots.map((snapshot) => epochMs(snapshot.timestamp)),
    receivedMs: snapshots.map((snapshot) => epochMs(snapshot.received_at)),
  };
}

/**
 * The window whose newest snapshot is the last of `snapshots` (sorted by rising timestamp, at least one).
 * Example: `windowOf(history, windowTerms('2025-12-04', rules.NSE))`.
 */
export function windowOf(snapshots: readonly StoredSnapshot[], terms: WindowTerms): FeatureWindow {
  return windowAt(timelineOf(snapshots), snapshots.length - 1, terms);
}

/**
 * The window that ends at one snapshot of a timeline: of each earlier minute the last snapshot, at most
 * WINDOW_MINUTES, only of the same session (Indian date) and only what had been received by then.
 */
export function windowAt(timeline: Timeline, index: number, terms: WindowTerms): FeatureWindow {
  const now = timeline.snapshots[index]!;
  const knownMs = timeline.receivedMs[index]!;
  const picked = pickMinutes(timeline, index, knownMs);
  return {
    ...terms,
    snapshots: picked.map((at) => timeline.snapshots[at]!),
    timestampsMs: picked.map((at) => timeline.timestampsMs[at]!),
    expiry: now.expiry,
    macro: now.macro && knownMacro(now.macro, knownMs),
    state: NO_STATE,
  };
}

function pickMinutes(timeline: Timeline, index: number, knownMs: number): number[] {
  const { timestampsMs, receivedMs } = timeline;
  const picked = [index];
  const session = dayOf(timestampsMs[index]!);
  let minute = Math.floor(timestampsMs[index]! / MINUTE_MS);
  for (let at = index - 1; at >= 0 && picked.length < WINDOW_MINUTES; at -= 1) {
    if (dayOf(timestampsMs[at]!) !== session) break;
    const candidate = Math.floor(timestampsMs[at]! / MINUTE_MS);
    if (candidate === minute || receivedMs[at]! > knownMs) continue;
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

function dayOf(ms: number): number {
  return Math.floor((ms + IST_OFFSET_MS) / DAY_MS);
}

/** The Indian date of the newest snapshot of a window. */
export function windowDate(window: FeatureWindow): string {
  return sessionDate(window.timestampsMs.at(-1)!);
}
