import { breached, type Check, clear } from '../check.ts';

/** A switch of the live pointer, as its history row tells it. */
export interface Switched {
  readonly exchange: string;
  /** Null when nothing is live any more. */
  readonly to_version: string | null;
  readonly from_version: string | null;
  readonly operator: string;
  readonly reason: string;
  readonly override: boolean;
}

/** Somebody made a bundle live against the gate, by promotion or rollback. */
export function promotionOverride(row: Switched): Check {
  if (!row.override) return clear();
  return breached({
    rule: 'promotion-override',
    exchange: row.exchange,
    subject: row.to_version ?? 'nothing',
    severity: 'critical',
    title: `${row.exchange}: ${row.to_version ?? 'nothing'} is live against the gate`,
    what: `${row.operator} made ${row.to_version ?? 'nothing'} of ${row.exchange} live without a passing verdict, replacing ${row.from_version ?? 'nothing'}. Reason given: ${row.reason}`,
    next: 'Confirm with the operator that this was meant. Roll back if it was not.',
    numbers: { operator: row.operator, version: row.to_version ?? 'nothing' },
  });
}
