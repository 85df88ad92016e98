import { addDays, weekdayOf } from '../indian-time.ts';
import type { RecordedRow } from './recorded-row.ts';

/** The expiries that a symbol's rows of one day are assigned to; undefined when the day lists none. */
export interface ChosenExpiries {
  readonly nearest: string | undefined;
  /** The nearest one that is the last of its month; it may be `nearest` itself. */
  readonly monthly: string | undefined;
}

/**
 * Which expiries of each symbol a day lists. A day is looked at as a whole: sources drop an expiry from single
 * snapshots, and the next week's rows must not stand in for it.
 */
export class ExpiryListing {
  private readonly listed = new Map<string, Set<string>>();
  private readonly chosen = new Map<string, ChosenExpiries>();

  add(row: Pick<RecordedRow, 'timestamp' | 'symbol' | 'expiry'>): void {
    const key = keyOf(row);
    const expiries = this.listed.get(key);
    if (expiries === undefined) this.listed.set(key, new Set([row.expiry]));
    else expiries.add(row.expiry);
    this.chosen.delete(key);
  }

  choose(row: Pick<RecordedRow, 'timestamp' | 'symbol'>): ChosenExpiries {
    const key = keyOf(row);
    let chosen = this.chosen.get(key);
    if (chosen === undefined) {
      chosen = chooseExpiries(row.timestamp.slice(0, 10), [...(this.listed.get(key) ?? [])]);
      this.chosen.set(key, chosen);
    }
    return chosen;
  }
}

function keyOf(row: Pick<RecordedRow, 'timestamp' | 'symbol'>): string {
  return `${row.timestamp.slice(0, 10)}/${row.symbol}`;
}

/**
 * The nearest listed expiry on or after `date` and the nearest that is the last of its month. An expiry is the last
 * of its month when none listed follows in that month and a week after its usual weekday is another month: with
 * 2, 9 and 16 September listed, none is.
 */
export function chooseExpiries(date: string, listed: readonly string[]): ChosenExpiries {
  const ahead = listed.filter((expiry) => expiry >= date).sort();
  const weekday = usualWeekday(listed);
  return {
    nearest: ahead[0],
    monthly: ahead.find((expiry, index) => {
      const next = ahead[index + 1];
      if (next !== undefined && sameMonth(expiry, next)) return false;
      return !sameMonth(expiry, addDays(nominalDate(expiry, weekday), 7));
    }),
  };
}

/** The weekday most of the listed expiries fall on; the earlier one of a draw. */
function usualWeekday(listed: readonly string[]): number {
  const counts = new Array<number>(8).fill(0);
  for (const expiry of listed) counts[weekdayOf(expiry)]! += 1;
  return counts.indexOf(Math.max(...counts));
}

/** An expiry is moved forward at most four days for holidays; a larger distance means another rule's weekday. */
function nominalDate(expiry: string, weekday: number): string {
  const moved = (weekday - weekdayOf(expiry) + 7) % 7;
  return moved <= 4 ? addDays(expiry, moved) : expiry;
}

function sameMonth(a: string, b: string): boolean {
  return a.slice(0, 7) === b.slice(0, 7);
}
