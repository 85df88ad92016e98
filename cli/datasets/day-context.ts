import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { earlierDays } from '../../shared/domain/features/prior-days.ts';
import { timelineOf, type WindowContext } from '../../shared/domain/features/window.ts';
import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { compactDay, countedOf, pendingBatches } from '../../shared/domain/lake/compaction.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { DatasetStore } from './store.ts';

type Stored = Pick<DatasetStore, 'registry' | 'lake' | 'summaries'>;

/**
 * What the rows of a features file looked at besides their own chain: the other chains of the day and the earlier
 * sessions, of each what was recorded by the newest of what the file holds. What was recorded by then but reached the
 * lake after the file was made is in it too: then the rows come out otherwise.
 */
export async function contextAsOf(store: Stored, file: DayFileRow, set: FeatureSet): Promise<WindowContext> {
  const { exchange, date, last_recorded_at: knownBy } = file;
  const siblings: WindowContext['siblings'] & object = {};
  for (const other of set.needs.siblings[exchange]) {
    Object.assign(siblings, { [other]: timelineOf(await dayAsOf(store, other, date, knownBy)) });
  }
  const priorDays = set.needs.priorDays ? await lookedBackOn(store, exchange, date, knownBy) : [];
  return { siblings, priorDays };
}

/** The snapshots of a day that counted among those recorded by a moment, compacted or not. */
async function dayAsOf(
  { registry, lake }: Stored,
  exchange: Exchange,
  date: string,
  knownBy: string,
): Promise<StoredSnapshot[]> {
  const chain = await registry.dayFile('chain', 'chain', exchange, date);
  const pending = pendingBatches(chain, await registry.batches(exchange, date));
  const parts: StoredSnapshot[][] = [];
  for (const file of chain === undefined ? pending : [chain, ...pending]) {
    parts.push(snapshotsOf(await lake.read(file)));
  }
  const known = parts.flat().filter(({ recorded_at }) => recorded_at <= knownBy);
  return countedOf([...compactDay(known).snapshots]);
}

async function lookedBackOn({ summaries }: Stored, exchange: Exchange, date: string, knownBy: string) {
  const earlier = (await summaries?.between(exchange, ...earlierDays(date))) ?? [];
  const fixed = await summaries?.fixed(exchange, date);
  return earlier.filter((day) => (fixed?.includes(day.date) ?? true) && day.recorded_at <= knownBy);
}
