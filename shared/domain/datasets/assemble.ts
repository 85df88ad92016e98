import type { ColumnTable } from '../lake/column-table.ts';
import type { DayFileRow } from '../lake/registry-rows.ts';
import type { Exchange } from '../market/snapshot.ts';
import { type DatasetSpec, datasetContentHash } from './content.ts';
import { type DayColumns, dayColumns, featureFileColumns, labelFileColumns } from './day-columns.ts';
import { type LabelSource, TRACKER_BARRIER } from './label-source.ts';
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

/** Where the two files of a day lie; the label set says which columns the labels have. */
export interface DayFiles {
  readonly date: string;
  readonly features: Pick<DatasetFile, 'path' | 'sha256'>;
  readonly labels: Pick<DatasetFile, 'path' | 'sha256'>;
}

/**
 * Days as columns, one after another: of a year no more than a few days are in memory at once. `source` says which label
 * is read beside the targets.
 */
export async function* readDays<Day extends DayFiles>(
  days: Iterable<Day>,
  featureNames: readonly string[],
  labelSet: string,
  read: ReadTable,
  source: LabelSource = TRACKER_BARRIER,
): AsyncGenerator<DayColumns> {
  const featureColumns = featureFileColumns(featureNames);
  const labelColumns = labelFileColumns(labelSet, source);
  const readDay = async ({ date, features, labels }: Day) => {
    const tables = await Promise.all([read(features, featureColumns), read(labels, labelColumns)]);
    return dayColumns(date, ...tables, featureNames, source);
  };
  yield* readAhead(days, DAYS_AHEAD, readDay);
}

/** Reads an exchange's chosen days one after another and sums them up. `onDay` hears of each day that is done. */
export async function assembleExchange(
  exchange: Exchange,
  { days, leftOut }: DaySelection,
  { featureNames, labelSet, read, onDay }: AssemblyParts,
): Promise<ExchangePart> {
  const summary = collectStats(featureNames);
  let rows = 0;
  for await (const day of readDays(days, featureNames, labelSet, read)) {
    summary.add(day);
    rows += day.rows;
    onDay?.(day.date);
  }
  return { exchange, files: days.flatMap(filesOf), rows, stats: summary.stats(), leftOut };
}

export interface AssemblyParts {
  readonly featureNames: readonly string[];
  readonly labelSet: string;
  readonly read: ReadTable;
  readonly onDay?: (date: string) => void;
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
  Pick<DatasetManifest, 'version' | 'created_at' | 'knowledge_cutoff' | 'policy' | 'code_version' | 'parent'>;

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
    policy: head.policy,
    content_hash: datasetContentHash(head, files),
    code_version: head.code_version,
    parent: head.parent,
    origin: 'oi-loop',
    legacy: false,
  };
}
