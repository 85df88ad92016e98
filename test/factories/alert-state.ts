import type { AlertState } from '../../shared/domain/alerts/alert-state.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { START_MS } from '../contract/embedded-cloud.ts';

/** An alert of NSE as it was last; opened and seen at `START_MS`. */
export function anAlert(rule: AlertState['rule'], status: AlertState['status']): AlertState {
  const at = utcIso(START_MS);
  return {
    ...{ rule, exchange: 'NSE', status, opened_at: at, last_seen_at: at, last_notified_at: at },
    finding: {
      ...{ rule, exchange: 'NSE', subject: 's', severity: 'warning', title: 't', what: 'w', next: 'n' },
      numbers: { rows: 3 },
    },
    ...{ recovered_at: status === 'open' ? null : at, occurrences: 1, revision: 1 },
  };
}
