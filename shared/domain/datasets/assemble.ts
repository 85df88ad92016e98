import type { ColumnTable } from '../lake/column-table.ts';
import type { DayFileRow } from '../lake/registry-rows.ts';
import type { Exchange } from '../market/snapshot.ts';
import { type DatasetSpec, datasetContentHash } from './content.ts';
import { dayColumns, featureFileColumns, labelFileColumns } from './day-columns.ts';
import type { DatasetFile, DatasetManifest, ExchangeStats } from './manifest.ts';
import { readAhead } from './read-ahead.ts';
import type { DaySelection, LeftOutDay, SelectedDay } from './select-days.ts';
import { collectStats } from './stats.ts';

/** Days read before they are needed. */
const DAYS_AHEAD = 4;

/** Reads a file's columns (all of them when none are named), checked against its hash. */
export type ReadTable = (
  file: Pick<DatasetFile, 'path' | 'sha256'>,
  columns?: readonly string[],
) => Promise<ColumnTable>;

/** What one exchange gives to a dataset. */
export interface ExchangePart {
  readonly exchange: Exchange;
  readonly files: readonly DatasetFile[];
  readonly rows: number;
  readonly stats: ExchangeStats;
  readonly leftOut: readonly LeftOutDay[];
}

/** Reads an exchange's chosen days one after another and sums them up. `onDay` hears of each day that is done. */
export async function assembleExchange(
  exchange: Exchange,
  { days, leftOut }: DaySelection,
  featureNames: readonly string[],
  read: ReadTable,
  onDay: (day: SelectedDay) => void = () => {},
): Promise<ExchangePart> {
  const summary = collectStats(featureNames);
  const columns = featureFileColumns(featureNames);
  const readDay = async (day: SelectedDay) => {
    const [features, labels] = await Promise.all([
      read(day.features, columns),
      read(day.labels, labelFileColumns(day.labels.set)),
    ]);
    return { day, columns: dayColumns(day.date, features, labels, featureNames) };
  };
  let rows = 0;
  for await (const { day, columns } of readAhead(days, DAYS_AHEAD, readDay)) {
    summary.add(columns);
    rows += columns.rows;
    onDay(day);
  }
  return { exchange, files: days.flatMap(filesOf), rows, stats: summary.stats(), leftOut };
}

function filesOf({ features, labels }: SelectedDay): DatasetFile[] {
  return [datasetFile('features', features), datasetFile('labels', labels)];
}

function datasetFile(kind: DatasetFile['kind'], row: DayFileRow): DatasetFile {
  const { exchange, date, path, rows, sha256, source_sha256 } = row;
  return { kind, exchange, date, path, rows, sha256, source_sha256 };
}

/** What the parts alone do not say about a dataset version. */
export type ManifestHead = DatasetSpec &
  Pick<DatasetManifest, 'version' | 'created_at' | 'knowledge_cutoff' | 'code_version' | 'parent'>;

/** The manifest of a version from its exchanges' parts; `parts` in any order give the same. */
export function manifestOf(head: ManifestHead, parts: readonly ExchangePart[]): DatasetManifest {
  const sorted = [...parts].sort((a, b) => (a.exchange < b.exchange ? -1 : 1));
  const files = sorted.flatMap((part) => part.files);
  return {
    schema: 1,
    version: head.version,
    created_at: head.created_at,
    exchanges: [...head.exchanges].sort(),
    window: head.window,
    windows: head.windows,
    feature_set: head.feature_set,
    label_set: head.label_set,
    knowledge_cutoff: head.knowledge_cutoff,
    files,
    records: Object.fromEntries(sorted.map((part) => [part.exchange, part.rows])),
    stats: Object.fromEntries(sorted.map((part) => [part.exchange, part.stats])),
    left_out: sorted.flatMap(({ exchange, leftOut }) => leftOut.map((day) => ({ exchange, ...day }))),
    content_hash: datasetContentHash(head, files),
    code_version: head.code_version,
    parent: head.parent,
    origin: 'oi-loop',
    legacy: false,
  };
}
