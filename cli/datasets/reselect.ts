import { CODE_VERSION } from '../../shared/config/code-version.ts';
import { datasetPolicy } from '../../shared/config/datasets.ts';
import { assembleExchange, type ExchangePart, manifestOf } from '../../shared/domain/datasets/assemble.ts';
import { nextVersion } from '../../shared/domain/datasets/content.ts';
import { minDaysOf } from '../../shared/domain/datasets/dataset-policy.ts';
import { windowIn } from '../../shared/domain/datasets/dataset-spec.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { rebuildChanges } from '../../shared/domain/datasets/rebuild-reasons.ts';
import { type DaySelection, selectDays } from '../../shared/domain/datasets/select-days.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { manifestKey } from '../../shared/domain/lake/paths.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { type Rebuild, refuseImported } from './rebuild.ts';
import { recomputeDays } from './recompute.ts';
import type { DatasetStore } from './store.ts';

/**
 * Chooses a version's days anew, by its window, policy and knowledge cutoff, makes their rows again from the compacted
 * chains, and compares. Other content becomes the next version of the day, with the old one as its parent.
 * @throws RejectedInput for an imported version, which has no chains.
 */
export async function reselectDataset(
  store: DatasetStore,
  manifest: DatasetManifest,
  now: string,
  onDay: (done: number, total: number) => void = () => {},
): Promise<Rebuild> {
  refuseImported(manifest);
  const selections = new Map<Exchange, DaySelection>();
  for (const exchange of manifest.exchanges)
    selections.set(exchange, await select(store, manifest, exchange));
  const total = [...selections.values()].reduce((sum, { days }) => sum + days.length, 0);
  const recomputed = { features: 0, labels: 0, not_recomputed: 0 };
  const parts: ExchangePart[] = [];
  let done = 0;
  for (const [exchange, selection] of selections) {
    const days = await recomputeDays(store, manifest, exchange, selection.days, recomputed, () =>
      onDay(++done, total),
    );
    const featureSet = featureSetById(manifest.feature_set);
    const assembly = {
      featureNames: featureNames(featureSet),
      labelSet: manifest.label_set,
      read: store.lake.read,
    };
    parts.push(await assembleExchange(exchange, { ...selection, days }, assembly));
  }
  return { ...(await settle(store, manifest, parts, now)), recomputed };
}

async function select(
  { registry }: DatasetStore,
  manifest: DatasetManifest,
  exchange: Exchange,
): Promise<DaySelection> {
  const { from, to } = windowIn(manifest, exchange);
  const [features, labels] = await Promise.all([
    registry.dayFileRevisions('features', manifest.feature_set, exchange, from, to),
    registry.dayFileRevisions('labels', manifest.label_set, exchange, from, to),
  ]);
  const policy = manifest.policy ?? datasetPolicy();
  return selectDays(features, labels, {
    knowledgeCutoff: manifest.knowledge_cutoff,
    minRowsPerDay: policy.min_rows_per_day,
    minDays: minDaysOf(policy, exchange),
  });
}

/** Registers other content as the next version, unless a version of that day holds it already. */
async function settle(
  { datasets, bucket }: DatasetStore,
  old: DatasetManifest,
  parts: readonly ExchangePart[],
  now: string,
): Promise<Omit<Rebuild, 'recomputed'>> {
  const date = old.window.to;
  const existing = await datasets.versionsOf(date);
  const version = nextVersion(
    date,
    existing.map((summary) => summary.version),
  );
  const head = { ...old, version, created_at: now, code_version: CODE_VERSION, parent: old.version };
  const manifest = manifestOf(head, parts);
  const { content_hash } = manifest;
  const changes = rebuildChanges(old.files, manifest.files);
  const answer = { rebuilt: old.version, content_hash, changes };
  if (content_hash === old.content_hash)
    return { ...answer, same: true, version: old.version, created: false };
  const held = existing.find((summary) => summary.content_hash === content_hash);
  if (held !== undefined) return { ...answer, same: false, version: held.version, created: false };
  await datasets.add(manifest);
  await bucket.put(manifestKey(version), `${JSON.stringify(manifest, null, 2)}\n`, { ifAbsent: true });
  return { ...answer, same: false, version, created: true };
}
