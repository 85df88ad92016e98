import * as z from 'zod';
import { DAY_MS, epochMs, utcIso } from '../market/indian-time.ts';
import { exchangeSchema } from '../market/snapshot.ts';
import { COMPLIANCE_CLASSES, type HistoryRow } from './registry.ts';

const utc = z.iso.datetime({ offset: true });
const words = z.string().min(1);

/** How a promotion ends that waited for a person. */
export const APPROVAL_DECISIONS = ['approved', 'rejected', 'expired', 'superseded'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/** The answer to a promotion that waits: what was decided, by whom and why; `oi-loop` where nobody did. */
export const approvalAnswerSchema = z.object({
  decision: z.enum(APPROVAL_DECISIONS),
  operator: words,
  reason: words,
});
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>;

/** A promotion that waits, or the last one that did: one row per exchange and target, so that at most one waits. */
export const approvalSchema = z.object({
  exchange: exchangeSchema,
  target: words,
  version: words,
  status: z.enum(['waiting', ...APPROVAL_DECISIONS]),
  compliance_class: z.enum(COMPLIANCE_CLASSES),
  /** Lake key of the verdict that it passed with. */
  verdict_key: words.nullable(),
  /** What an answer goes to; whoever has it can answer. */
  token: words,
  execution: words,
  opened_at: utc,
  /** When it ends by itself. */
  open_until: utc,
  /** Null while it waits. */
  answered_by: words.nullable(),
  answer_reason: words.nullable(),
  answered_at: utc.nullable(),
  /** Counts the row's changes from 1; conditional writes expect one less. */
  revision: z.number().int().positive(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** What of it everybody may see. */
export const shownApprovalSchema = approvalSchema.omit({ token: true });
export type ShownApproval = z.infer<typeof shownApprovalSchema>;

export interface ApprovalRequest {
  /** The planned promotion. */
  readonly history: HistoryRow;
  readonly version: string;
  readonly execution: string;
  readonly token: string;
  readonly now: string;
  readonly expiresAfterDays: number;
}

/** The row of a promotion that begins to wait, in the place of the one before. Write it expecting that one's revision. */
export function openApproval(current: Approval | undefined, asked: ApprovalRequest): Approval {
  const { exchange, target, compliance_class, verdict_key } = asked.history;
  return {
    ...{ exchange, target, version: asked.version, status: 'waiting', compliance_class, verdict_key },
    ...{ token: asked.token, execution: asked.execution },
    ...{ opened_at: asked.now, open_until: utcIso(epochMs(asked.now) + asked.expiresAfterDays * DAY_MS) },
    ...{ answered_by: null, answer_reason: null, answered_at: null },
    revision: (current?.revision ?? 0) + 1,
  };
}

/**
 * The row after the answer to an execution; null when the row is another execution's by now, or is settled already.
 * Example: a row that waits for `e1` and the answer `rejected` to `e1` give a row with status `rejected`.
 */
export function settleApproval(
  current: Approval | undefined,
  execution: string,
  { decision, operator, reason }: ApprovalAnswer,
  now: string,
): Approval | null {
  if (current?.execution !== execution || current.status !== 'waiting') return null;
  return {
    ...current,
    status: decision,
    answered_by: operator,
    answer_reason: reason,
    answered_at: now,
    revision: current.revision + 1,
  };
}

/** The row without its token, or nothing when it does not wait any more at `now` (UTC ISO). */
export function waitingApproval(row: Approval | undefined, now: string): ShownApproval | undefined {
  if (row?.status !== 'waiting' || epochMs(row.open_until) <= epochMs(now)) return undefined;
  return shownApprovalSchema.parse(row);
}
