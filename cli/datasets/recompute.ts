import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import {
  isLabelSetMade,
  isRecomputable,
  type RecomputeRules,
  recomputeFeatures,
  recomputeLabels,
} from '../../shared/domain/datasets/recompute-day.ts';
import type { SelectedDay } from '../../shared/domain/datasets/select-days.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import { contentHash } from '../../shared/domain/lake/content-hash.ts';
import { featuresKey, labelsKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { DatasetStore } from './store.ts';

/** Files that were made again, and those taken as they lie in the lake. */
export interface RecomputeCounts {
  features: number;
  labels: number;
  /** Of sets that need more than the day's own chain, or that other code makes. */
  not_recomputed: number;
}

/**
 * The chosen days with their files made again from the chains they name, where this code makes those sets. A file that
 * comes out otherwise is written beside the old one; the registry of day files is left as it is.
 */
export async function recomputeDays(
  store: DatasetStore,
  manifest: DatasetManifest,
  exchange: Exchange,
  days: readonly SelectedDay[],
  counts: RecomputeCounts,
  onDay: () => void,
): Promise<SelectedDay[]> {
  const { from, to } = manifest.window;
  const chains = await store.registry.dayFileRevisions('chain', 'chain', exchange, from, to);
  const chainOf = new Map(chains.map((row) => [`${row.date} ${row.sha256}`, row]));
  const made: SelectedDay[] = [];
  for (const day of days) {
    const chain = chainOf.get(`${day.date} ${day.features.source_sha256}`);
    const remade =
      chain && (await remake(store, manifest, exchange, day, snapshotsOf(await store.lake.read(chain))));
    for (const kind of ['features', 'labels'] as const) {
      if (remade?.[kind] === undefined) counts.not_recomputed += 1;
      else counts[kind] += 1;
    }
    made.push({
      date: day.date,
      features: remade?.features ?? day.features,
      labels: remade?.labels ?? day.labels,
    });
    onDay();
  }
  return made;
}

async function remake(
  { lake }: DatasetStore,
  manifest: DatasetManifest,
  exchange: Exchange,
  day: SelectedDay,
  chain: readonly ChainDaySnapshot[],
): Promise<{ features?: DayFileRow; labels?: DayFileRow }> {
  const set = featureSetById(manifest.feature_set);
  const rules: RecomputeRules = {
    rules: exchangesRules()[exchange],
    quality: qualityPolicy(),
    labelledSet: featureConfig().training,
  };
  const remade = (row: DayFileRow, table: ColumnTable, keyOf: (sha256: string) => string) =>
    remadeFile(lake, row, table, keyOf);
  const features = isRecomputable(set)
    ? await remade(day.features, recomputeFeatures(chain, day.date, set, rules), (sha256) =>
        featuresKey(set.id, exchange, day.date, sha256),
      )
    : undefined;
  const labels = isLabelSetMade(manifest.label_set)
    ? await remade(day.labels, recomputeLabels(chain, rules), (sha256) =>
        labelsKey(manifest.label_set, exchange, day.date, sha256),
      )
    : undefined;
  return { ...(features && { features }), ...(labels && { labels }) };
}

/** The row as it is where the table gives its bytes again; nothing is written then. */
async function remadeFile(
  lake: DatasetStore['lake'],
  row: DayFileRow,
  table: ColumnTable,
  keyOf: (sha256: string) => string,
): Promise<DayFileRow> {
  if (contentHash(await hyparquetCodec.write(table)) === row.sha256) return row;
  const { path, sha256 } = await lake.write(table, keyOf);
  return { ...row, path, sha256, rows: table.rows };
}
