import type { HealthSummary } from '../../health/health-summary.ts';
import { counted } from '../../market/counted.ts';
import type { AlertPolicy } from '../alert-policy.ts';
import { breached, type Check, clear, UNKNOWN } from '../check.ts';

/** Re-marked paper trades have lost too much since their best moment. */
export function drawdownLimit(summary: HealthSummary, policy: AlertPolicy): Check {
  const { drawdown_rupees, pnl_rupees, trades } = summary.performance;
  const { warning_rupees, critical_rupees } = policy.drawdown_limit;
  if (trades === 0) return UNKNOWN;
  if (drawdown_rupees < warning_rupees) return clear();
  const critical = drawdown_rupees >= critical_rupees;
  const limit = critical ? critical_rupees : warning_rupees;
  return breached({
    rule: 'drawdown-limit',
    exchange: summary.exchange,
    subject: 'trades',
    severity: critical ? 'critical' : 'warning',
    title: `${summary.exchange}: drawdown of ${Math.round(drawdown_rupees)} rupees`,
    what: `The profit of ${counted(trades, 're-marked trade')} of ${summary.exchange} is ${Math.round(drawdown_rupees)} rupees below its best moment (limit ${limit}); it is ${Math.round(pnl_rupees)} rupees now.`,
    next: 'Look at the last recommendations and their outcomes. Roll back if the live model is new, or halt trading until the reason is known.',
    numbers: { drawdown_rupees, pnl_rupees, trades, limit_rupees: limit },
  });
}
