import { InvariantViolated } from '../../errors.ts';
import { epochMs, sessionDate } from '../market/indian-time.ts';
import type { AuditEntry } from './log-entry.ts';

/** Places of the log that share an object: few enough that the last one is soon done, enough that a day is some seventy. */
const PLACES_AN_OBJECT = 64;
const INDEX_DIGITS = 12;

/** The prefixes of the archive in the lake, by kind. */
export const ARCHIVES = {
  recommendation: 'recommendations/',
  trade: 'trades/',
  feedback: 'feedback/',
  control: 'controls/',
} as const;

/**
 * Where the archive keeps an entry: its own place in the log and the record's Indian day decide, nothing else, so that
 * whatever comes twice comes to the same place. A trade may not say its exchange, feedback and
 * orders of operators never do: they lie by day alone. Example: entry
 * 130, an answer for NSE on 2025-12-04: `recommendations/exchange=NSE/date=2025-12-04/000000000128.jsonl`.
 */
export function archiveKey({ index, kind, record }: Pick<AuditEntry, 'index' | 'kind' | 'record'>): string {
  const date = sessionDate(epochMs(String(record['timestamp'] ?? record['recorded_at'] ?? record['at'])));
  const partition =
    kind === 'recommendation' ? `exchange=${record['exchange']}/date=${date}` : `date=${date}`;
  const first = index - (index % PLACES_AN_OBJECT);
  return `${ARCHIVES[kind]}${partition}/${String(first).padStart(INDEX_DIGITS, '0')}.jsonl`;
}

/** A line of the archive and the place it says. */
export interface ArchivedLine {
  readonly index: number;
  readonly line: string;
}

/**
 * An object's text with further lines in it, each place once, in their order; undefined when all of them are there.
 * @throws InvariantViolated when a place is to hold two different lines, or the text is not the archive's.
 */
export function withArchived(text: string | undefined, added: readonly ArchivedLine[]): string | undefined {
  const lines = new Map(archivedLines(text ?? '').map(({ index, line }) => [index, line]));
  const before = lines.size;
  for (const { index, line } of added) {
    if ((lines.get(index) ?? line) !== line) {
      throw new InvariantViolated(`archive: expected entry ${index} to be one record, was two`);
    }
    lines.set(index, line);
  }
  if (lines.size === before) return undefined;
  const inOrder = [...lines].sort(([a], [b]) => a - b);
  return inOrder.map(([, line]) => `${line}\n`).join('');
}

/** What lies there was checked when it came: here the places are enough. */
function archivedLines(text: string): ArchivedLine[] {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => {
    const index = /^\{"log_index":(\d+),/.exec(line)?.[1];
    if (index !== undefined) return { index: Number(index), line };
    throw new InvariantViolated(`archive: expected lines with their log_index, was ${line.slice(0, 80)}`);
  });
}
