import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { earlierDays } from '../../shared/domain/features/prior-days.ts';
import { type Timeline, timelineOf, type WindowContext } from '../../shared/domain/features/window.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { compactDay, countedOf, pendingBatches } from '../../shared/domain/lake/compaction.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { NotFound } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { DaySummaries } from '../../shared/ports/day-summaries.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

export interface ChainDayPorts {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly summaries: DaySummaries;
}

/** What a day is read from. */
export interface ChainDaySources {
  readonly registry: Pick<BatchRegistry, 'dayFile' | 'batches'>;
  readonly lake: Pick<LakeFiles, 'read'>;
  readonly summaries: Pick<DaySummaries, 'between' | 'fixed'>;
}

/** What the windows of a day look at besides their own chain, and when the newest of it was recorded (UTC ISO). */
export interface DayContext {
  readonly context: WindowContext;
  readonly lastRecordedAt: string;
}

/** The same that the live stage had of a day (adapters/online/live-inputs.ts), no more than the set needs. */
export function dayContext(ports: ChainDaySources, exchange: Exchange, date: string) {
  const days = new Map<Exchange, Promise<ChainDaySnapshot[]>>();
  const dayOf = (other: Exchange) => {
    const day = days.get(other) ?? registeredDay(ports, other, date);
    days.set(other, day);
    return day;
  };
  return async ({ needs }: FeatureSet): Promise<DayContext> => {
    const siblings: Partial<Record<Exchange, Timeline>> = {};
    for (const other of needs.siblings[exchange]) siblings[other] = timelineOf(await dayOf(other));
    const priorDays = needs.priorDays ? await lookedBackOn(ports.summaries, exchange, date) : [];
    const records = [...Object.values(siblings).flatMap(({ snapshots }) => snapshots), ...priorDays];
    const lastRecordedAt = records.reduce(
      (last, one) => (one.recorded_at > last ? one.recorded_at : last),
      '',
    );
    return { context: { siblings, priorDays }, lastRecordedAt };
  };
}

/** Another instance may be compacting the day: what it removes is in the file that counts since. */
const MAX_READS = 3;

/**
 * All snapshots of a day that count, by time, whether they are compacted or still in micro-batches: a night may be of
 * one exchange only, and the night of another may have failed. None for a day without any.
 */
export async function registeredDay(
  { registry, lake }: ChainDaySources,
  exchange: Exchange,
  date: string,
): Promise<ChainDaySnapshot[]> {
  for (let read = 1; ; read += 1) {
    const chain = await registry.dayFile('chain', 'chain', exchange, date);
    const batches = await registry.batches(exchange, date);
    const fresh = pendingBatches(chain, batches);
    try {
      const parts: ChainDaySnapshot[][] = [];
      for (const file of chain === undefined ? fresh : [chain, ...fresh]) {
        parts.push(snapshotsOf(await lake.read(file)));
      }
      return countedOf([...compactDay(parts.flat()).snapshots]);
    } catch (error) {
      if (!(error instanceof NotFound) || read === MAX_READS) throw error;
    }
  }
}

/** The days that the session's live rows looked back on; of one that served nothing, all that are known now. */
async function lookedBackOn(summaries: ChainDaySources['summaries'], exchange: Exchange, date: string) {
  const earlier = await summaries.between(exchange, ...earlierDays(date));
  const fixed = await summaries.fixed(exchange, date);
  return fixed === undefined ? earlier : earlier.filter((summary) => fixed.includes(summary.date));
}
