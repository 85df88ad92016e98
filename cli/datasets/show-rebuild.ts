import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { REBUILD_REASONS } from '../../shared/domain/datasets/rebuild-reasons.ts';
import type { Output } from '../output.ts';
import type { Rebuild } from './rebuild.ts';
import { kindsMadeHere } from './recompute.ts';

const SHOWN_CHANGES = 20;

export function showRebuild(manifest: DatasetManifest, rebuild: Rebuild, output: Output): void {
  const { features, labels, not_recomputed, unlike = 0 } = rebuild.recomputed;
  output.line(`made again from the chains: ${features} feature files, ${labels} label files`);
  if (not_recomputed > 0) {
    output.line(
      `not made again: ${not_recomputed} files, taken as they lie and proven by their hash only (${whyNot(manifest)})`,
    );
  }
  if (unlike > 0) {
    output.line(
      `  ${unlike} of them come out otherwise: other code, or inputs that reached the lake after they were made`,
    );
  }
  output.line(verdict(manifest, rebuild));
  for (const [reason, words] of Object.entries(REBUILD_REASONS)) {
    const files = rebuild.changes.filter((change) => change.reason === reason);
    if (files.length === 0) continue;
    output.line(`  ${reason}: ${files.length} files; ${words}`);
    for (const { kind, exchange, date } of files.slice(0, SHOWN_CHANGES))
      output.line(`    ${kind} ${exchange} ${date}`);
    if (files.length > SHOWN_CHANGES)
      output.line(`    and ${files.length - SHOWN_CHANGES} more (--json has all)`);
  }
}

function verdict(
  { content_hash: before, files }: DatasetManifest,
  { rebuilt, content_hash, same, version, created, changes }: Rebuild,
): string {
  if (same) return `dataset ${rebuilt} gives the same content again: ${content_hash}`;
  if (version !== null) {
    const made = created ? 'new version' : 'held already by version';
    return `dataset ${rebuilt} gives other content now, ${made} ${version}: ${content_hash}`;
  }
  const of = `${changes.length} of its ${files.length} files`;
  const hash = `content ${content_hash}, was ${before}`;
  return `dataset ${rebuilt} does not come out as its manifest says: ${of}, ${hash}; nothing was written (--reselect makes the next version)`;
}

function whyNot(manifest: DatasetManifest): string {
  const { feature_set, label_set } = manifest;
  const kinds = kindsMadeHere(manifest);
  const whys = [
    ...(kinds.includes('features') ? [] : [`${feature_set} reads other chains or earlier sessions`]),
    ...(kinds.includes('labels') ? [] : [`labels of ${label_set} are of other code`]),
  ];
  return whys.length === 0 ? 'the lake cannot read the chains that they name' : whys.join('; ');
}
