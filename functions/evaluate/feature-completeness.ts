import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { readAhead } from '../../shared/domain/datasets/read-ahead.ts';
import {
  type FeaturePresence,
  featurePresence,
  type SessionCount,
} from '../../shared/domain/evaluation/feature-presence.ts';
import type { DataState } from '../../shared/domain/evaluation/gate-context.ts';
import { column } from '../../shared/domain/lake/column-table.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

/** Files read while another is counted. */
const AHEAD = 4;

interface Question {
  readonly manifest: DatasetManifest;
  readonly exchange: Exchange;
  /** Features that the bundle looks at; null: all of the dataset. */
  readonly used: readonly string[] | null;
  /** Share of rows from which on nothing more is asked. */
  readonly floor: number;
  /** Newest sessions that are compared with those before. */
  readonly stretch: number;
}

/**
 * How complete a dataset is in the features that a bundle uses. Only of those below the floor are the day files read:
 * the manifest knows the share of all rows, and not when they were.
 */
export async function featureCompleteness(
  lake: Pick<LakeFiles, 'read'>,
  { manifest, exchange, used, floor, stretch }: Question,
): Promise<Pick<DataState, 'completeness' | 'presence'>> {
  const known = manifest.stats[exchange]?.completeness ?? {};
  const names = used ?? Object.keys(known);
  const completeness = Object.fromEntries(names.map((name) => [name, known[name] ?? 0]));
  const below = names.filter((name) => known[name] !== undefined && known[name] < floor);
  if (below.length === 0) return { completeness };
  const counts = await countKnown(lake, manifest, exchange, below);
  const presence: Record<string, FeaturePresence> = {};
  for (const [at, name] of below.entries()) {
    const found = featurePresence(
      counts.map((session) => session[at] as SessionCount),
      stretch,
    );
    if (found !== null) presence[name] = found;
  }
  return { completeness, presence };
}

/** By date, of each feature the rows and those with a value. */
async function countKnown(
  lake: Pick<LakeFiles, 'read'>,
  manifest: DatasetManifest,
  exchange: Exchange,
  names: readonly string[],
): Promise<SessionCount[][]> {
  const days = manifest.files
    .filter((file) => file.kind === 'features' && file.exchange === exchange)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  const counts: SessionCount[][] = [];
  for await (const table of readAhead(days, AHEAD, (file) => lake.read(file, names))) {
    counts.push(
      names.map((name) => ({ rows: table.rows, known: column(table, name).filter(isKnown).length })),
    );
  }
  return counts;
}

function isKnown(cell: unknown): boolean {
  return cell !== null && cell !== undefined && !Number.isNaN(cell);
}
