import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoApprovals } from '../../shared/adapters/dynamodb/approvals.ts';
import { openApproval } from '../../shared/domain/promotion/approval.ts';
import { aHistoryRow } from '../factories/registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

describe('Approvals on DynamoDB', () => {
  it('keep one row per exchange and target, every field of it; of two that follow the same one, one wins', async () => {
    const approvals = dynamoApprovals(cloud.dynamodb, await cloud.table());
    const opened = (current: Awaited<ReturnType<typeof approvals.current>>, execution: string) =>
      openApproval(current, {
        ...{ history: aHistoryRow(), version: 'v1', execution, token: execution, expiresAfterDays: 5 },
        now: '2025-12-04T12:35:00.000Z',
      });
    expect(await approvals.current('NSE', 'tb15')).toBeUndefined();
    const racing = ['a', 'b', 'c'].map((execution) => approvals.put(opened(undefined, execution)));
    const results = await Promise.allSettled(racing);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'Conflict' });
    }
    const first = (await approvals.current('NSE', 'tb15'))!;
    const second = opened(first, 'd');
    await approvals.put(second);
    expect(await approvals.current('NSE', 'tb15')).toEqual(second);
    await expect(approvals.put(opened(first, 'e'))).rejects.toMatchObject({ name: 'Conflict' });
    expect(await approvals.current('BSE', 'tb15')).toBeUndefined();
    expect(await approvals.current('NSE', 'dir5')).toBeUndefined();
  });
});
