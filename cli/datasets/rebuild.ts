import { datasetContentHash } from '../../shared/domain/datasets/content.ts';
import type { DatasetFile, DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { type DatasetDay, daysOf } from '../../shared/domain/datasets/manifest-days.ts';
import type { RebuildChange, RebuildReason } from '../../shared/domain/datasets/rebuild-reasons.ts';
import { isRecomputable } from '../../shared/domain/datasets/recompute-day.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import type { WindowContext } from '../../shared/domain/features/window.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../../shared/errors.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import { contextAsOf } from './day-context.ts';
import { chainsOf, kindsMadeHere, type RecomputeCounts, remakeTables, sha256Of } from './recompute.ts';
import type { DatasetStore } from './store.ts';

export interface Rebuild {
  readonly rebuilt: string;
  /** Of the files as they came out; a file that could be neither made nor read is not in it. */
  readonly content_hash: string;
  /** Whether every file came out the same, byte for byte. */
  readonly same: boolean;
  /** The version that holds the rebuilt content: the old one when it is the same; null when none holds it. */
  readonly version: string | null;
  /** Whether that version was made now. */
  readonly created: boolean;
  readonly changes: readonly RebuildChange[];
  readonly recomputed: RecomputeCounts;
}

/** What became of one file of the manifest. */
interface Outcome {
  /** The file as it came out; undefined when nothing stands for it. */
  readonly file: DatasetFile | undefined;
  readonly isRemade: boolean;
  readonly reason: RebuildReason | undefined;
  /** Made again from what is known of its inputs, which may be less or more than it was made from: other bytes. */
  readonly isUnlike?: boolean;
}

/**
 * Builds a version again from its manifest: exactly the files that it names, made again from the chains that they name,
 * and where a set looks beyond its chain from what was recorded of the rest by then. What does not come out the same
 * for want of known inputs is read and proven by its hash. Writes nothing, and does not look at what came into the
 * lake since (reselectDataset does).
 * @throws RejectedInput for an imported version, which has no chains.
 */
export async function rebuildDataset(
  store: Pick<DatasetStore, 'registry' | 'lake' | 'summaries'>,
  manifest: DatasetManifest,
  onDay: (done: number, total: number) => void = () => {},
): Promise<Rebuild> {
  refuseImported(manifest);
  const recomputed = { features: 0, labels: 0, not_recomputed: 0, unlike: 0 };
  const files: DatasetFile[] = [];
  const changes: RebuildChange[] = [];
  let done = 0;
  for (const exchange of manifest.exchanges) {
    const chains = await chainsOf(store, manifest, exchange);
    const wide = await wideFeaturesOf(store, manifest, exchange);
    for (const day of daysOf(manifest, exchange)) {
      const chain = chains.get(`${day.date} ${day.features.source_sha256}`);
      const widely = wide.get(`${day.date} ${day.features.sha256}`);
      for (const [kind, outcome] of await rebuildDay(store, manifest, day, chain, widely)) {
        const { file, isRemade, reason } = outcome;
        if (outcome.isUnlike) recomputed.unlike += 1;
        if (isRemade) recomputed[kind] += 1;
        else if (file !== undefined) recomputed.not_recomputed += 1;
        if (file !== undefined) files.push(file);
        if (reason !== undefined) changes.push({ kind, exchange, date: day.date, reason });
      }
      onDay(++done, manifest.files.length / 2);
    }
  }
  const content_hash = datasetContentHash(manifest, files);
  const same = changes.length === 0 && content_hash === manifest.content_hash;
  const version = same ? manifest.version : null;
  return { rebuilt: manifest.version, content_hash, same, version, created: false, changes, recomputed };
}

/** @throws RejectedInput for an imported version. */
export function refuseImported({ legacy, version }: DatasetManifest): void {
  if (!legacy) return;
  const expected = 'a version that OI Loop made, since an imported one has no chains';
  throw new RejectedInput(`version: expected ${expected}, was ${version}`, { field: 'version' });
}

/** Feature files of a set that looks beyond its own chain, by `<date> <sha256>`; empty for a set that does not. */
async function wideFeaturesOf(
  { registry }: Pick<DatasetStore, 'registry'>,
  { feature_set, window }: DatasetManifest,
  exchange: Exchange,
): Promise<Map<string, DayFileRow>> {
  if (isRecomputable(featureSetById(feature_set))) return new Map();
  const rows = await registry.dayFileRevisions('features', feature_set, exchange, window.from, window.to);
  return new Map(rows.toReversed().map((row) => [`${row.date} ${row.sha256}`, row]));
}

async function rebuildDay(
  store: Pick<DatasetStore, 'registry' | 'lake' | 'summaries'>,
  manifest: DatasetManifest,
  day: DatasetDay,
  chain: LakeFile | undefined,
  wide: DayFileRow | undefined,
): Promise<[DatasetFile['kind'], Outcome][]> {
  const { lake } = store;
  const snapshots = chain && (await unlessDamaged(async () => snapshotsOf(await lake.read(chain))));
  const isChainDamaged = chain !== undefined && snapshots === undefined;
  const set = featureSetById(manifest.feature_set);
  const context = wide && snapshots && (await unlessDamaged(() => contextAsOf(store, wide, set)));
  const tables = snapshots ? remakeTables(manifest, day.exchange, day.date, snapshots, context) : {};
  const outcomes: [DatasetFile['kind'], Outcome][] = [];
  for (const kind of ['features', 'labels'] as const) {
    const made = await outcomeOf(lake, day[kind], tables[kind]);
    const isUnlike = kind === 'features' && context !== undefined && made.reason === 'code';
    const outcome = isUnlike ? { ...(await outcomeOf(lake, day[kind], undefined)), isUnlike } : made;
    const isMissed = isChainDamaged && kindsMadeHere(manifest).includes(kind);
    const reason = outcome.reason ?? (isMissed ? 'chain_damaged' : undefined);
    outcomes.push([kind, { ...outcome, reason }]);
  }
  return outcomes;
}

async function outcomeOf(
  lake: DatasetStore['lake'],
  named: DatasetFile,
  table: ColumnTable | undefined,
): Promise<Outcome> {
  const isWhole = (await unlessDamaged(() => lake.read(named, ['timestamp']))) !== undefined;
  const damage = isWhole ? undefined : 'damaged';
  if (table === undefined) return { file: isWhole ? named : undefined, isRemade: false, reason: damage };
  const sha256 = await sha256Of(table);
  const reason = damage ?? (sha256 === named.sha256 ? undefined : 'code');
  return { file: { ...named, sha256, rows: table.rows }, isRemade: true, reason };
}

/** Undefined for a file that is missing or has other bytes than its hash says. */
async function unlessDamaged<T extends ColumnTable | ChainDaySnapshot[] | WindowContext>(
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound || error instanceof InvariantViolated) return undefined;
    throw error;
  }
}
