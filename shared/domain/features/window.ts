import {
  DAY_MS,
  epochMs,
  IST_OFFSET_MS,
  istMs,
  MINUTE_MS,
  minuteStamp,
  sessionDate,
  utcIso,
} from '../market/indian-time.ts';
import {
  type ChainSnapshot,
  type Exchange,
  MACRO_KEYS,
  type Macro,
  type MacroKey,
  type StoredSnapshot,
} from '../market/snapshot.ts';
import type { DaySummary } from './day-summary.ts';
import type { WindowTerms } from './window-terms.ts';

export { type WindowTerms, windowTerms } from './window-terms.ts';

/** What a feature set reads of a snapshot. */
export type WindowSnapshot = Pick<
  ChainSnapshot,
  'underlying_price' | 'underlying_volume' | 'atm_strike' | 'future_price' | 'future_oi' | 'vix' | 'legs'
>;

/** The newest known snapshot of another chain, with its exact time (epoch milliseconds). */
export interface SiblingSnapshot {
  readonly snapshot: WindowSnapshot & Pick<ChainSnapshot, 'expiry'>;
  readonly timestampMs: number;
}

/** What a window may hold besides its own chain's snapshots; what is left out is unknown to every feature. */
export interface WindowContext {
  /** Snapshots of the other chains, by rising timestamp. */
  readonly siblings?: Readonly<Partial<Record<Exchange, Timeline>>>;
  /** Earlier sessions of the window's own chain, oldest first. */
  readonly priorDays?: readonly DaySummary[];
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
  /** Each other chain's last snapshot of an earlier minute, at most SIBLING_MINUTES before now; none is absent. */
  readonly siblings: Readonly<Partial<Record<Exchange, SiblingSnapshot>>>;
  /** Earlier sessions that were known before today's open, oldest first, at most PRIOR_DAYS. */
  readonly priorDays: readonly DaySummary[];
}

export const NO_STATE: CarriedState = { atmShiftEwma: null, cachedFutureOiChange3mPct: null };

/** Minutes a window holds unless a set wants another number: the tracker keeps 40, plus the newest. */
export const WINDOW_MINUTES = 41;

/** Another chain's snapshot that is more minutes older than this is too old to be compared with. */
export const SIBLING_MINUTES = 10;

/** About a year of sessions. */
export const PRIOR_DAYS = 250;

/** Snapshots of one exchange by rising timestamp, with their times read once. */
export interface Timeline {
  readonly snapshots: readonly StoredSnapshot[];
  readonly timestampsMs: readonly number[];
  readonly receivedMs: readonly number[];
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
 * them, only of the same session (Indian date) and only what had been received by then. Of another chain it holds
 * the last snapshot of an *earlier* minute: snapshots of one minute reach the live stage in any order.
 */
export function windowAt(
  timeline: Timeline,
  index: number,
  terms: WindowTerms,
  minutes = WINDOW_MINUTES,
  context: WindowContext = {},
): FeatureWindow {
  const now = timeline.snapshots[index]!;
  const knownMs = timeline.receivedMs[index]!;
  const picked = pickMinutes(timeline, index, minutes);
  return {
    ...terms,
    snapshots: picked.map((at) => timeline.snapshots[at]!),
    timestampsMs: picked.map((at) => timeline.timestampsMs[at]!),
    expiry: now.expiry,
    macro: now.macro && knownMacro(now.macro, knownMs),
    state: NO_STATE,
    siblings: siblingsAt(context.siblings ?? {}, timeline.timestampsMs[index]!, knownMs),
    priorDays: knownDays(context.priorDays ?? [], terms),
  };
}

function pickMinutes(timeline: Timeline, index: number, minutes: number): number[] {
  const { timestampsMs, receivedMs } = timeline;
  const picked = [index];
  const session = dayOf(timestampsMs[index]!);
  const knownMs = receivedMs[index]!;
  let minute = Math.floor(timestampsMs[index]! / MINUTE_MS);
  for (let at = index - 1; at >= 0 && picked.length < minutes; at -= 1) {
    if (dayOf(timestampsMs[at]!) !== session) break;
    const candidate = Math.floor(timestampsMs[at]! / MINUTE_MS);
    if (candidate === minute || receivedMs[at]! > knownMs) continue;
    minute = candidate;
    picked.push(at);
  }
  return picked.reverse();
}

function siblingsAt(
  timelines: NonNullable<WindowContext['siblings']>,
  nowMs: number,
  knownMs: number,
): FeatureWindow['siblings'] {
  const siblings: Partial<Record<Exchange, SiblingSnapshot>> = {};
  const minuteMs = minuteStamp(nowMs);
  const fromMs = minuteMs - SIBLING_MINUTES * MINUTE_MS;
  for (const [exchange, timeline] of Object.entries(timelines) as [Exchange, Timeline][]) {
    const { timestampsMs, receivedMs, snapshots } = timeline;
    let at = firstFrom(timestampsMs, minuteMs) - 1;
    while (at >= 0 && receivedMs[at]! > knownMs) at -= 1;
    const timestampMs = timestampsMs[at];
    if (timestampMs === undefined || timestampMs < fromMs || dayOf(timestampMs) !== dayOf(nowMs)) continue;
    siblings[exchange] = { snapshot: snapshots[at]!, timestampMs };
  }
  return siblings;
}

/** The place of the first time at or after `ms`; the length when all are before. */
function firstFrom(timesMs: readonly number[], ms: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

const KNOWN_DAYS = new WeakMap<
  readonly DaySummary[],
  { readonly date: string; readonly openAt: string; readonly days: readonly DaySummary[] }
>();

/**
 * Days before the window's that were known when it opened; on a day without a session, when it began. Remembered for
 * the list, since all windows of a day are given the same one, which must not be changed afterwards.
 */
function knownDays(given: readonly DaySummary[], { date, session }: WindowTerms): readonly DaySummary[] {
  const openAt = utcIso(session?.openMs ?? istMs(date, 0));
  const known = KNOWN_DAYS.get(given);
  if (known?.date === date && known.openAt === openAt) return known.days;
  const days = given.filter((day) => day.date < date && day.received_at <= openAt).slice(-PRIOR_DAYS);
  KNOWN_DAYS.set(given, { date, openAt, days });
  return days;
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
