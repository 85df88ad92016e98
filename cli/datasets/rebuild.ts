import { datasetContentHash } from '../../shared/domain/datasets/content.ts';
import type { DatasetFile, DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { type DatasetDay, daysOf } from '../../shared/domain/datasets/manifest-days.ts';
import type { RebuildChange, RebuildReason } from '../../shared/domain/datasets/rebuild-reasons.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import { InvariantViolated, NotFound, RejectedInput } from '../../shared/errors.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
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
}

/**
 * Builds a version again from its manifest: exactly the files that it names, made again from the chains that they name
 * where one chain is enough, else read and proven by their hash. Writes nothing, and does not look at what came into
 * the lake since (reselectDataset does).
 * @throws RejectedInput for an imported version, which has no chains.
 */
export async function rebuildDataset(
  store: Pick<DatasetStore, 'registry' | 'lake'>,
  manifest: DatasetManifest,
  onDay: (done: number, total: number) => void = () => {},
): Promise<Rebuild> {
  refuseImported(manifest);
  const recomputed = { features: 0, labels: 0, not_recomputed: 0 };
  const files: DatasetFile[] = [];
  const changes: RebuildChange[] = [];
  let done = 0;
  for (const exchange of manifest.exchanges) {
    const chains = await chainsOf(store, manifest, exchange);
    for (const day of daysOf(manifest, exchange)) {
      const chain = chains.get(`${day.date} ${day.features.source_sha256}`);
      for (const [kind, outcome] of await rebuildDay(store.lake, manifest, day, chain)) {
        const { file, isRemade, reason } = outcome;
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

async function rebuildDay(
  lake: DatasetStore['lake'],
  manifest: DatasetManifest,
  day: DatasetDay,
  chain: LakeFile | undefined,
): Promise<[DatasetFile['kind'], Outcome][]> {
  const snapshots = chain && (await unlessDamaged(async () => snapshotsOf(await lake.read(chain))));
  const isChainDamaged = chain !== undefined && snapshots === undefined;
  const tables = snapshots ? remakeTables(manifest, day.exchange, day.date, snapshots) : {};
  const outcomes: [DatasetFile['kind'], Outcome][] = [];
  for (const kind of ['features', 'labels'] as const) {
    const outcome = await outcomeOf(lake, day[kind], tables[kind]);
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
async function unlessDamaged<T extends ColumnTable | ChainDaySnapshot[]>(
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound || error instanceof InvariantViolated) return undefined;
    throw error;
  }
}
