import { isStandIn } from '../audit/stand-in.ts';
import { epochMs } from '../market/indian-time.ts';
import type { TradeMark } from './trade-mark.ts';

type Mark = Pick<TradeMark, 'trade_id' | 'recommendation_id' | 'entered_at' | 'status' | 'counts'>;

/** How a mark weighs beside the other trades on its recommendation. */
export interface Weight {
  /** It counts, and is no stand-in beside a trade of the tracker's. */
  readonly counts: boolean;
  /** It counts, but another trade speaks for the recommendation. */
  readonly repeats: boolean;
}

/**
 * Marks with their weight. The built-in broker's trade stands in: it counts only where the tracker has none on the
 * recommendation that counts or is still open. Of the trades that count the first entered speaks for the recommendation, and the
 * others repeat it: real money all the same, but no further evidence of what the answer was worth.
 */
export function weighedTrades<Of extends Mark>(marks: readonly Of[]): (readonly [Of, Weight])[] {
  const traded = new Set(marks.filter(isTrackers).map(({ recommendation_id }) => recommendation_id));
  const counts = (mark: Of) =>
    mark.counts && !(isStandIn(mark.trade_id) && traded.has(mark.recommendation_id));
  const speaking = new Map<string | null, Of>();
  for (const mark of marks.filter(counts).toSorted(byEntry)) {
    if (!speaking.has(mark.recommendation_id)) speaking.set(mark.recommendation_id, mark);
  }
  return marks.map((mark) => {
    const isCounted = counts(mark);
    return [mark, { counts: isCounted, repeats: isCounted && speaking.get(mark.recommendation_id) !== mark }];
  });
}

function isTrackers({ trade_id, recommendation_id, counts, status }: Mark): boolean {
  return recommendation_id !== null && !isStandIn(trade_id) && (counts || status === 'open');
}

function byEntry(one: Mark, other: Mark): number {
  const later = entryMs(one) - entryMs(other);
  return later === 0 ? (one.trade_id < other.trade_id ? -1 : 1) : later;
}

function entryMs({ entered_at }: Mark): number {
  return entered_at === null ? 0 : epochMs(entered_at);
}
