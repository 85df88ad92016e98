import { describeIssue, type Wording } from '../../shared/describe-issue.ts';
import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import { type StoredTrade, type Trade, tradeSchema } from '../../shared/domain/audit/trade.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { Conflict, RejectedInput } from '../../shared/errors.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

interface Ports {
  readonly store: RecommendationStore;
  readonly toAudit: MessageQueue;
  /** Books a trade into the session's risk from all of its reports. */
  readonly book: (tradeId: string) => Promise<void>;
  readonly clock: Clock;
}

export interface TradeAnswer {
  readonly trade_id: string;
  readonly recommendation_id: string | null;
  readonly status: Trade['status'];
  /** False when the same report had been stored before. */
  readonly stored: boolean;
  /** A closing of a trade whose opening has not been reported: it is kept, and counts once the opening is. */
  readonly orphan: boolean;
  /** What to do about an orphan; null otherwise. */
  readonly note: string | null;
}

const WORDING: Wording = {
  record: 'body',
  remedies: {
    trade_id: "send the tracker's own id of the trade",
    recommendation_id:
      'send the id that POST /v1/score answered; for a manual trade send origin manual and null',
    status: '',
    origin: '',
    exchange: '',
    side: '',
    reason: 'say why',
    timestamp: 'write it with its offset, as 2025-12-04T12:35:00+05:30',
    quantity_lots: 'send lots, not units',
  },
  otherwise: '',
  union: 'a value',
};

/**
 * Keeps a trade report with the recommendation it follows; a closing finds it by the trade id alone. One without an
 * opening is kept as well and told apart by `orphan`: messages may overtake each other, and nothing is lost. It counts
 * for the session's risk before it is answered.
 * @throws RejectedInput naming the wrong field; NotFound for an unknown recommendation; Conflict when another report
 * of the same trade, status and time was stored before.
 */
export function reportTrade({ store, toAudit, book, clock }: Ports) {
  return async (body: unknown): Promise<TradeAnswer> => {
    const parsed = tradeSchema.safeParse(body);
    if (!parsed.success) {
      const { issues } = parsed.error;
      const field = issues[0]?.path.join('.') || 'body';
      throw new RejectedInput(describeIssue(issues, body, WORDING), { field });
    }
    const recommendation_id = await originOf(store, parsed.data);
    const trade: StoredTrade = seal({ ...parsed.data, recommendation_id, recorded_at: utcIso(clock()) });
    const { trade_id, timestamp, status } = trade;
    const stored = await addOnce(store, trade, parsed.data.recommendation_id);
    // A report that comes again is booked again: the one before may have broken off here.
    await book(trade_id);
    await toAudit.sendAll([{ kind: 'trade', trade_id, timestamp, status } satisfies AuditRef]);
    const orphan = status === 'closed' && !(await wasOpened(store, trade_id));
    return {
      trade_id,
      recommendation_id,
      status,
      stored,
      orphan,
      note: orphan ? orphanNote(trade_id) : null,
    };
  };
}

async function originOf(store: RecommendationStore, trade: Trade): Promise<string | null> {
  if (trade.recommendation_id === null) {
    const reports = await store.tradeReports(trade.trade_id);
    return reports.find((report) => report.recommendation_id !== null)?.recommendation_id ?? null;
  }
  const { recommendation } = await store.trail(trade.recommendation_id);
  return recommendation.id;
}

/** Asked only once the closing is kept: its opening may have come in between. */
async function wasOpened(store: RecommendationStore, tradeId: string): Promise<boolean> {
  const reports = await store.tradeReports(tradeId);
  return reports.some(({ status }) => status === 'executed');
}

function orphanNote(tradeId: string): string {
  return (
    `trade ${tradeId}: expected its opening to be reported before its closing, was never opened; the closing is kept: ` +
    'report the opening with the same trade_id and status executed, or check the trade_id'
  );
}

async function addOnce(
  store: RecommendationStore,
  trade: StoredTrade,
  named: string | null,
): Promise<boolean> {
  try {
    await store.addTrade(trade);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await assertSame(store, trade, named);
    return false;
  }
}

/** A report that names no recommendation may have found another one than when it came first. */
async function assertSame(
  store: RecommendationStore,
  trade: StoredTrade,
  named: string | null,
): Promise<void> {
  const { trade_id, status, timestamp } = trade;
  const reports = await store.tradeReports(trade_id);
  const stored = reports.find(
    (one) => one.status === status && epochMs(one.timestamp) === epochMs(timestamp),
  );
  if (stored === undefined) return;
  const isSame = reported(stored) === reported(trade);
  if (isSame && (named === null || named === stored.recommendation_id)) return;
  throw new Conflict(
    `trade ${trade_id}: expected the report of ${timestamp} as it was stored, was a different one`,
  );
}

/** What the tracker said, without what we add to it. */
function reported(trade: StoredTrade): string {
  const { exchange, origin, reason, symbol, side, quantity_lots, price, pnl, constraint_violation } = trade;
  const trading = [exchange, origin, symbol, side, quantity_lots, price, pnl, trade.costs ?? null];
  return JSON.stringify([...trading, reason, constraint_violation]);
}
