import { type Check, event } from '../check.ts';
import type { Switched } from './promotion-override.ts';

/** Another bundle answers now, or none any more: news, nothing to repair. */
export function modelSwitched(row: Switched, execution: string | null): Check {
  const from = row.from_version ?? 'nothing';
  const to = row.to_version ?? 'nothing';
  return event({
    rule: 'model-switched',
    exchange: row.exchange,
    subject: execution ?? `${from} to ${to}`,
    severity: 'info',
    title: `${row.exchange}: ${to} is live`,
    what: `${row.operator} switched ${row.exchange} from ${from} to ${to}. Reason given: ${row.reason}`,
    next: 'Watch the first half hour of the session. `oi rollback` returns to the version before.',
    numbers: { from, to, operator: row.operator },
  });
}
