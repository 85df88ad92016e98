import type { Approval } from '../../shared/domain/promotion/approval.ts';

/** What the alert stage hears of a promotion that waits, or does no more (shared/domain/alerts/observation.ts). */
export function approvalObservation(approval: Approval, fromVersion: string | null) {
  const { exchange, version, status, compliance_class, verdict_key, open_until } = approval;
  return {
    kind: 'approval',
    ...{ exchange, version, status, compliance_class, open_until },
    from_version: fromVersion,
    report: verdict_key,
  };
}
