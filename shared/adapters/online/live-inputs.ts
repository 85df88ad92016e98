import { knownMinutes } from '../../domain/features/known-minutes.ts';
import { earlierDays } from '../../domain/features/prior-days.ts';
import { knownTo, SIBLING_MINUTES, type Timeline, timelineOf } from '../../domain/features/window.ts';
import { epochMs, istMs, MINUTE_MS, minuteStamp } from '../../domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../domain/market/snapshot.ts';
import type { DaySummaries } from '../../ports/day-summaries.ts';
import type { LiveInputs, LiveSession } from '../../ports/live-inputs.ts';
import type { OnlineWindow } from '../../ports/online-window.ts';

type PriorDays = ReturnType<DaySummaries['between']>;

interface Parts {
  readonly window: OnlineWindow;
  readonly summaries: DaySummaries;
}

/** Live inputs out of the online window; the earlier sessions of a day are read once and kept for the instance's life. */
export function liveInputs({ window, summaries }: Parts): LiveInputs {
  const priorDays = lastOfEach((exchange, date) => fixedDays(summaries, exchange, date));
  return {
    async minutes({ exchange, date, snapshots }, sets) {
      const windowMinutes = Math.max(...sets.map((set) => set.windowMinutes));
      const [fromMs, toMs] = spanOf(snapshots);
      const near = await window.minutes(exchange, date, fromMs - windowMinutes * MINUTE_MS, toMs);
      // As many minutes as a window has, which gaps and late arrivals spread further back.
      if (knownBefore(near, fromMs, snapshots) >= windowMinutes - 1) return near;
      return window.minutes(exchange, date, istMs(date, 0), toMs);
    },
    async context(session, sets, delivered) {
      const { exchange, date } = session;
      const others = new Set(sets.flatMap(({ needs }) => needs.siblings[exchange]));
      return {
        siblings: await siblingsOf(window, session, [...others], delivered),
        priorDays: sets.some(({ needs }) => needs.priorDays) ? await priorDays(exchange, date) : [],
      };
    },
  };
}

/** How many minutes before a moment every one of the snapshots may look back on. */
function knownBefore(
  minutes: readonly StoredSnapshot[],
  fromMs: number,
  snapshots: readonly StoredSnapshot[],
): number {
  const [held, asked] = [timelineOf(minutes), timelineOf(snapshots)];
  const known = snapshots.map((_, index) => knownTo(asked, index));
  const usable = held.timestampsMs.filter(
    (ms, at) => ms < fromMs && known.every((one) => held[one.by][at]! <= one.ms),
  );
  return usable.length;
}

async function siblingsOf(
  window: OnlineWindow,
  { date, snapshots }: LiveSession,
  others: readonly Exchange[],
  delivered: readonly StoredSnapshot[],
): Promise<Partial<Record<Exchange, Timeline>>> {
  const [fromMs, toMs] = spanOf(snapshots);
  const timelines = others.map(async (other) => {
    const minutes = await window.minutes(other, date, fromMs - SIBLING_MINUTES * MINUTE_MS, toMs);
    const coming = delivered.filter(({ exchange }) => exchange === other);
    return [other, timelineOf(knownMinutes(minutes, coming))] as const;
  });
  return Object.fromEntries(await Promise.all(timelines));
}

/** A session looks back on the same days from its first row to its last, though a late night may add one meanwhile. */
async function fixedDays(summaries: DaySummaries, exchange: Exchange, date: string): PriorDays {
  const [from, to] = earlierDays(date);
  const earlier = await summaries.between(exchange, from, to);
  const dates = await summaries.fix(
    exchange,
    date,
    earlier.map((summary) => summary.date),
  );
  const isFixed = new Set(dates);
  // Another instance may have fixed one that came after this one looked.
  const known = dates.length > earlier.length ? await summaries.between(exchange, from, to) : earlier;
  return known.filter((summary) => isFixed.has(summary.date));
}

/** Remembers, per exchange, the answer for the date last asked about; a failure is asked again. */
function lastOfEach(read: (exchange: Exchange, date: string) => PriorDays) {
  const kept = new Map<Exchange, { readonly date: string; readonly days: PriorDays }>();
  return (exchange: Exchange, date: string): PriorDays => {
    const last = kept.get(exchange);
    if (last?.date === date) return last.days;
    const days = read(exchange, date);
    kept.set(exchange, { date, days });
    days.catch(() => kept.delete(exchange));
    return days;
  };
}

function spanOf(snapshots: readonly StoredSnapshot[]): [fromMs: number, toMs: number] {
  const times = snapshots.map((snapshot) => minuteStamp(epochMs(snapshot.timestamp)));
  return [Math.min(...times), Math.max(...times) + MINUTE_MS - 1];
}
