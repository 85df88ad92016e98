import { epochMs, MINUTE_MS, minuteStamp, sessionDate } from '../indian-time.ts';
import type { Exchange } from '../snapshot.ts';
import { QUALITY_FLAGS, type QualityFinding, type QualityFlag } from './finding.ts';
import type { QualitySnapshot } from './observed.ts';
import { qualityFlags } from './quality-flags.ts';
import type { QualityPolicy } from './quality-policy.ts';
import type { QualityTerms } from './terms.ts';

/** How often one flag was raised in a day, and where first. */
export interface FlagCount {
  readonly flag: QualityFlag;
  /** Snapshots that carry the flag. */
  readonly snapshots: number;
  /** Share of the day's snapshots, 0 to 1. */
  readonly share: number;
  readonly first: { readonly timestamp: string; readonly field: string; readonly why: string };
}

/** What one day of one chain contains. */
export interface QualityReport {
  readonly exchange: Exchange;
  readonly date: string;
  readonly snapshots: number;
  /** Minutes that have a snapshot. */
  readonly minutes: number;
  /** Timestamps of the first and the last snapshot, as they were given. */
  readonly first: string;
  readonly last: string;
  /** The longest time between two neighbouring snapshots in seconds; 0 with one. */
  readonly longestGapSeconds: number;
  /** Snapshots with at least one flag. */
  readonly flagged: number;
  readonly flaggedShare: number;
  /** Flags that were raised, in the order of QUALITY_FLAGS. */
  readonly flags: readonly FlagCount[];
}

/** The terms of a chain on a date; throws for a date that the rules do not cover. */
export type TermsOf = (exchange: Exchange, date: string) => QualityTerms;

interface Day {
  readonly exchange: Exchange;
  readonly date: string;
  readonly terms: QualityTerms;
  readonly found: Map<QualityFlag, { count: number; first: FlagCount['first'] }>;
  /** What the next snapshot's rules look back on. */
  window: QualitySnapshot[];
  readonly first: string;
  last: string;
  snapshots: number;
  minutes: number;
  longestGapMs: number;
  flagged: number;
}

/**
 * Judges snapshots as they come, those of one chain by rising time; holds no more of them than the rules look back on.
 * Example: `tally.add(snapshot)` for each, then `tally.reports()`.
 */
export class QualityTally {
  private readonly days = new Map<string, Day>();
  private readonly termsOf: TermsOf;
  private readonly policy: QualityPolicy;

  constructor(termsOf: TermsOf, policy: QualityPolicy) {
    this.termsOf = termsOf;
    this.policy = policy;
  }

  /** Throws what `termsOf` throws for the snapshot's day. */
  add(snapshot: QualitySnapshot): void {
    const nowMs = epochMs(snapshot.timestamp);
    const day = this.dayOf(snapshot, sessionDate(nowMs));
    const oldestMs = nowMs - this.policy.history_minutes * MINUTE_MS;
    day.window = day.window.filter(({ timestamp }) => epochMs(timestamp) >= oldestMs);
    note(day, snapshot, qualityFlags(snapshot, day.window, day.terms, this.policy));
    const lastMs = epochMs(day.last);
    if (day.snapshots === 1 || minuteStamp(lastMs) !== minuteStamp(nowMs)) day.minutes += 1;
    day.longestGapMs = Math.max(day.longestGapMs, nowMs - lastMs);
    day.last = snapshot.timestamp;
    day.window.push(snapshot);
  }

  /** One report per exchange and Indian date so far, by date, then exchange. */
  reports(): QualityReport[] {
    return [...this.days.keys()].sort().map((key) => reportOf(this.days.get(key)!));
  }

  private dayOf({ exchange, timestamp }: QualitySnapshot, date: string): Day {
    const key = `${date} ${exchange}`;
    const known = this.days.get(key);
    if (known !== undefined) return known;
    const day: Day = {
      ...{ exchange, date, terms: this.termsOf(exchange, date), found: new Map(), window: [] },
      ...{ first: timestamp, last: timestamp, snapshots: 0, minutes: 0, longestGapMs: 0, flagged: 0 },
    };
    this.days.set(key, day);
    return day;
  }
}

function note(day: Day, { timestamp }: QualitySnapshot, findings: readonly QualityFinding[]): void {
  day.snapshots += 1;
  if (findings.length > 0) day.flagged += 1;
  for (const { flag, field, why } of findings) {
    const found = day.found.get(flag);
    if (found === undefined) day.found.set(flag, { count: 1, first: { timestamp, field, why } });
    else found.count += 1;
  }
}

function reportOf({ exchange, date, found, snapshots, minutes, first, last, ...day }: Day): QualityReport {
  return {
    ...{ exchange, date, snapshots, minutes, first, last },
    longestGapSeconds: day.longestGapMs / 1000,
    ...{ flagged: day.flagged, flaggedShare: day.flagged / snapshots },
    flags: QUALITY_FLAGS.flatMap((flag): FlagCount[] => {
      const of = found.get(flag);
      if (of === undefined) return [];
      return [{ flag, snapshots: of.count, share: of.count / snapshots, first: of.first }];
    }),
  };
}
