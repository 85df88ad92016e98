import type { HistoryRow } from './registry.ts';

const SWITCHES: ReadonlySet<HistoryRow['event']> = new Set(['promoted', 'rolled_back', 'withdrawn']);

/**
 * Which version was live at a moment (UTC ISO), from the history of one exchange and target: by time, events of one
 * millisecond in the order given, as the registry keeps them. Of a millisecond with several switches the last counts.
 * Null before the first promotion and after a withdrawal.
 * Example: `liveAt(rows, '2026-03-03T05:32:00.000Z')`.
 */
export function liveAt(history: readonly HistoryRow[], at: string): string | null {
  const moment = Date.parse(at);
  const switches = history
    .filter((row) => SWITCHES.has(row.event))
    .filter((row) => Date.parse(row.at) <= moment)
    // Revisions start anew after a withdrawal, so that they do not tell the order of events of one millisecond.
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return switches.at(-1)?.to_version ?? null;
}
