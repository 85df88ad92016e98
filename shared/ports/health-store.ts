import type { Exchange } from '../domain/market/snapshot.ts';

/** A dated report of the watching stages. */
export interface Report {
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Drift reports and health summaries, kept for ninety days. */
export interface HealthStore {
  add(kind: 'drift' | 'health', exchange: Exchange | 'ALL', report: Report): Promise<void>;
  /** Newest first. */
  latest(kind: 'drift' | 'health', exchange: Exchange | 'ALL', limit: number): Promise<Report[]>;
  /** Reports with from <= at <= to (UTC ISO), oldest first. */
  between(kind: 'drift' | 'health', exchange: Exchange | 'ALL', from: string, to: string): Promise<Report[]>;
}
