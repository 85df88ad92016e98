import { PAPER_TRADING_METRICS, RECOMMENDATION_LOG } from '../../domain/audit/imported-records.ts';
import { ML_FEATURES } from '../../domain/features/import-ml-features.ts';
import { ORDER_BOOK_DEPTH } from '../../domain/market/import/depth-table.ts';
import { csvFormOf, FILE_FORMS, jsonFormOf, nearForm } from '../../domain/market/import/file-form.ts';
import { MACRO_SIGNALS, VIX_TERM_STRUCTURE } from '../../domain/market/import/macro-table.ts';
import { lacking, placesOf, type TableShape } from '../../domain/market/import/table-shape.ts';
import { RejectedInput } from '../../errors.ts';
import { beginning, readHead } from './file-head.ts';

/** The tracker's tables beside its chains, in the order in which a header is tried: the most telling first. */
export const TABLES = {
  ml_features: ML_FEATURES,
  order_book_depth_snapshots: ORDER_BOOK_DEPTH,
  paper_trading_metrics: PAPER_TRADING_METRICS,
  macro_signals: MACRO_SIGNALS,
  vix_term_structure: VIX_TERM_STRUCTURE,
} as const satisfies Readonly<Record<string, TableShape>>;
export type TableKind = keyof typeof TABLES;

/** What a file is: a chain (a form of FILE_FORMS), a table of the tracker, or its recommendation log. */
export type FileKind =
  | { readonly kind: 'chain' }
  | { readonly kind: 'table'; readonly table: TableKind }
  | { readonly kind: 'recommendation_log' };

/** All kinds in words, for help. */
export const KIND_WORDS: readonly string[] = [
  ...Object.values(FILE_FORMS),
  `the tracker's tables ${Object.keys(TABLES).join(', ')} as CSV`,
  'its recommendation log as JSON lines',
];

/**
 * Recognises a file by what is in it, never by its name. Throws RejectedInput for a file of no known kind, naming the
 * kinds, what it was, and, where one kind nearly fits, the columns it lacks of that.
 */
export async function fileKind(path: string): Promise<FileKind> {
  const head = await readHead(path);
  const line = head.split(/\r?\n/).find((each) => each.trim() !== '') ?? '';
  if (/^\s*[{[]/.test(head)) return jsonKind(line);
  const names = line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  if (csvFormOf(names) !== undefined) return { kind: 'chain' };
  const table = tableOf(names);
  if (table !== undefined) return { kind: 'table', table };
  throw new RejectedInput(`${path}: ${unknownKind(line, names)}`, { field: 'file' });
}

function tableOf(names: readonly string[]): TableKind | undefined {
  const kinds = Object.keys(TABLES) as TableKind[];
  return kinds.find((kind) => lacking<string>(TABLES[kind], names).length === 0);
}

/** A log has one whole object a line; of an exchange's answer a reader of its own says what is wrong. */
function jsonKind(line: string): FileKind {
  const first = parsed(line);
  if (first === undefined || jsonFormOf(first) !== undefined) return { kind: 'chain' };
  const names = Object.keys(first);
  return lacking<string>(RECOMMENDATION_LOG, names).length === 0
    ? { kind: 'recommendation_log' }
    : { kind: 'chain' };
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unknownKind(line: string, names: readonly string[]): string {
  const lacks = nearForm(names) ?? nearTable(names);
  const remedy =
    line === ''
      ? 'export it again'
      : lacks === undefined
        ? 'leave it out, or export it as one of these'
        : `${lacks}; export it with that`;
  return `expected one of: ${KIND_WORDS.join('; ')}; was ${beginning(line)}; ${remedy}`;
}

/** Fields that other files have as well say nothing of which table it is. */
const COMMON_FIELDS: ReadonlySet<string> = new Set(['timestamp', 'exchange', 'symbol']);

/** What a header lacks of the one table that it nearly is: at least half is there, and more of its own than of another. */
function nearTable(names: readonly string[]): string | undefined {
  const [first, second] = (Object.entries(TABLES) as [TableKind, TableShape][])
    .map(([kind, shape]) => ({ kind, own: ownFields(shape, names), missing: lacking(shape, names) }))
    .filter(({ kind, missing }) => 2 * missing.length <= lacking<string>(TABLES[kind], []).length)
    .sort((a, b) => b.own - a.own);
  if (first === undefined || first.own === 0 || first.own === second?.own) return undefined;
  return `for ${first.kind} it lacks ${first.missing.join(', ')}`;
}

/** How many of the fields that make a table what it is a header has. */
function ownFields(shape: TableShape, names: readonly string[]): number {
  return Object.keys(placesOf(shape, names)).filter(
    (field) =>
      !COMMON_FIELDS.has(field) && (shape.oneOf.includes(field) || shape.columns[field]?.required === true),
  ).length;
}
