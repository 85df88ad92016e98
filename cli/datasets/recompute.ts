import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import type { DatasetFile, DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import {
  isLabelSetMade,
  isRecomputable,
  type RecomputeRules,
  recomputeFeatures,
  recomputeLabels,
} from '../../shared/domain/datasets/recompute-day.ts';
import type { SelectedDay } from '../../shared/domain/datasets/select-days.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { WindowContext } from '../../shared/domain/features/window.ts';
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
  /** Of sets that need more than is known of the day, or that other code makes. */
  not_recomputed: number;
  /** Of those, features that other chains and earlier sessions, as far as they are known, give otherwise. */
  unlike?: number;
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
  const chainOf = await chainsOf(store, manifest, exchange);
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

/** The chain revisions of a version's window, by `<date> <sha256>`. */
export async function chainsOf(
  { registry }: Pick<DatasetStore, 'registry'>,
  { window }: DatasetManifest,
  exchange: Exchange,
): Promise<Map<string, DayFileRow>> {
  const chains = await registry.dayFileRevisions('chain', 'chain', exchange, window.from, window.to);
  return new Map(chains.map((row) => [`${row.date} ${row.sha256}`, row]));
}

/** The kinds of a version's files that this code makes from the day's own chain alone. */
export function kindsMadeHere({ feature_set, label_set }: DatasetManifest): DatasetFile['kind'][] {
  const hasFeatures = isRecomputable(featureSetById(feature_set));
  return [
    ...(hasFeatures ? ['features' as const] : []),
    ...(isLabelSetMade(label_set) ? ['labels' as const] : []),
  ];
}

/** The tables of a day that its own chain gives; with `context`, features of sets that look beyond it too. */
export function remakeTables(
  manifest: DatasetManifest,
  exchange: Exchange,
  date: string,
  chain: readonly ChainDaySnapshot[],
  context?: WindowContext,
): { features?: ColumnTable; labels?: ColumnTable } {
  const set = featureSetById(manifest.feature_set);
  const rules: RecomputeRules = {
    rules: exchangesRules()[exchange],
    quality: qualityPolicy(),
    labelledSet: featureConfig().training,
  };
  const kinds = kindsMadeHere(manifest);
  return {
    ...((kinds.includes('features') || context) && {
      features: recomputeFeatures(chain, date, set, rules, context),
    }),
    ...(kinds.includes('labels') && { labels: recomputeLabels(chain, rules) }),
  };
}

/** SHA-256 of the file that a table gives, hex. */
export async function sha256Of(table: ColumnTable): Promise<string> {
  return contentHash(await hyparquetCodec.write(table));
}

async function remake(
  { lake }: DatasetStore,
  manifest: DatasetManifest,
  exchange: Exchange,
  day: SelectedDay,
  chain: readonly ChainDaySnapshot[],
): Promise<{ features?: DayFileRow; labels?: DayFileRow }> {
  const { feature_set, label_set } = manifest;
  const { features, labels } = remakeTables(manifest, exchange, day.date, chain);
  return {
    ...(features && {
      features: await remadeFile(lake, day.features, features, (sha256) =>
        featuresKey(feature_set, exchange, day.date, sha256),
      ),
    }),
    ...(labels && {
      labels: await remadeFile(lake, day.labels, labels, (sha256) =>
        labelsKey(label_set, exchange, day.date, sha256),
      ),
    }),
  };
}

/** The row as it is where the table gives its bytes again; nothing is written then. */
async function remadeFile(
  lake: DatasetStore['lake'],
  row: DayFileRow,
  table: ColumnTable,
  keyOf: (sha256: string) => string,
): Promise<DayFileRow> {
  if ((await sha256Of(table)) === row.sha256) return row;
  const { path, sha256 } = await lake.write(table, keyOf);
  return { ...row, path, sha256, rows: table.rows };
}
