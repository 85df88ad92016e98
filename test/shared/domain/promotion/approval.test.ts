import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promotionPolicy } from '../../../../shared/config/promotion.ts';
import {
  APPROVAL_DECISIONS,
  type Approval,
  approvalSchema,
  openApproval,
  settleApproval,
  waitingApproval,
} from '../../../../shared/domain/promotion/approval.ts';
import { byPolicy } from '../../../../shared/domain/promotion/promotion-policy.ts';
import { aHistoryRow } from '../../../factories/registry.ts';

const NOW = '2025-12-04T12:35:00.000Z';
const open = (current: Approval | undefined, execution = 'e1', version = 'v1') =>
  openApproval(current, {
    ...{ history: aHistoryRow({ verdict_key: 'reports/v1/verdict.json' }), version, execution },
    ...{ token: `token of ${execution}`, now: NOW, expiresAfterDays: 5 },
  });
const answer = (decision: (typeof APPROVAL_DECISIONS)[number] = 'approved') => ({
  ...{ decision, operator: 'asha', reason: 'read' },
});

describe('a promotion that waits', () => {
  it('stands in the table as its schema says', () => {
    const row = open(undefined);
    expect(approvalSchema.parse(row)).toEqual(row);
    expect(row).toEqual({
      ...{ exchange: 'NSE', target: 'tb15', version: 'v1', status: 'waiting', compliance_class: 'logic' },
      ...{ verdict_key: 'reports/v1/verdict.json', token: 'token of e1', execution: 'e1' },
      ...{ opened_at: NOW, open_until: '2025-12-09T12:35:00.000Z' },
      ...{ answered_by: null, answer_reason: null, answered_at: null, revision: 1 },
    });
  });

  it('shows its token to nobody', () => {
    expect(waitingApproval(open(undefined), NOW)).not.toHaveProperty('token');
  });

  it('waits until its days are over', () => {
    const row = open(undefined);
    expect(waitingApproval(row, '2025-12-09T12:34:59.999Z')).toMatchObject({ version: 'v1' });
    expect(waitingApproval(row, row.open_until)).toBeUndefined();
  });

  it.each(APPROVAL_DECISIONS)('is settled once: %s', (decision) => {
    const settled = settleApproval(open(undefined), 'e1', answer(decision), NOW);
    expect(settled).toMatchObject({ status: decision, answered_by: 'asha', answered_at: NOW, revision: 2 });
    expect(settleApproval(settled!, 'e1', answer('rejected'), NOW)).toBeNull();
    expect(waitingApproval(settled!, NOW)).toBeUndefined();
  });

  it('is not settled by the answer to another execution', () => {
    expect(settleApproval(open(undefined), 'e2', answer(), NOW)).toBeNull();
    expect(settleApproval(undefined, 'e1', answer(), NOW)).toBeNull();
  });

  it('counts every change, whatever comes: two rows never follow the same one', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('e1', 'e2', 'e3'), fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (taken) => {
        let row: Approval | undefined;
        let changes = 0;
        for (const [execution, opens] of taken) {
          const next = opens ? open(row, execution) : settleApproval(row, execution, answer(), NOW);
          if (next === null) continue;
          changes += 1;
          expect(next.revision).toBe(changes);
          row = next;
        }
      }),
    );
  });
});

describe('the policy', () => {
  const policy = promotionPolicy();
  const automatic = { ...policy, exchanges: { ...policy.exchanges, NSE: 'automatic' as const } };

  it('asks a person, or promotes, and does neither for what may not pass', () => {
    expect(byPolicy(policy, 'NSE', true)).toEqual({ promote: false, approval: { expires_after_days: 5 } });
    expect(byPolicy(automatic, 'NSE', true)).toEqual({ promote: true, approval: null });
    expect(byPolicy(automatic, 'BSE', true)).toMatchObject({ promote: false, approval: policy.approval });
    for (const one of [policy, automatic]) {
      expect(byPolicy(one, 'NSE', false)).toEqual({ promote: false, approval: null });
    }
  });
});
