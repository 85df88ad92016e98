import type { LiveRecord } from '../risk/account-totals.ts';

/** What a version's live record allows a size to rest on. */
export interface LiveCap {
  /** No larger probability of winning is sized on; 1 without a record. */
  readonly mostProbable: number;
  /** No larger full Kelly fraction is staked on; 1 without a record. */
  readonly mostKelly: number;
}

const NO_CAP: LiveCap = { mostProbable: 1, mostKelly: 1 };

/**
 * What the re-marked trades of the version that answers allow, once there are `fewestTrades` of them: their win rate,
 * and the Kelly fraction of win rate and payoff together. It only ever lowers a size. The payoff is no cap by itself: one
 * more small loss raises it, while win rate and payoff together never rise by a loss. Trades that won nothing allow
 * nothing. Example: 20 trades, win rate 0.5, payoff 1.2 allow probability 0.5 and Kelly 0.0833.
 */
export function liveCap(record: LiveRecord | null, modelVersion: string, fewestTrades: number): LiveCap {
  if (record === null || record.model_version !== modelVersion || record.trades === 0) return NO_CAP;
  if (record.trades < fewestTrades || record.win_rate === null) return NO_CAP;
  const { win_rate: mostProbable, payoff } = record;
  if (mostProbable === 0) return { mostProbable, mostKelly: 0 };
  if (payoff === null) return { mostProbable, mostKelly: 1 };
  return { mostProbable, mostKelly: Math.max(0, mostProbable - (1 - mostProbable) / payoff) };
}
