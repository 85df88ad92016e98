import { expect, it } from 'vitest';
import { sweepRecords } from '../../../functions/audit/sweep-records.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';

const NOW_MS = Date.UTC(2025, 11, 4, 7, 5);
const refs: AuditRef[] = ['A', 'B'].map((id) => ({ kind: 'recommendation', id }));

function sweeping(changes: Partial<Parameters<typeof sweepRecords>[0]> = {}) {
  const done: unknown[] = [];
  const sweep = sweepRecords({
    log: {
      waiting: async (before, limit) => {
        done.push([before, limit]);
        return refs;
      },
    },
    toAudit: { sendAll: async (messages) => void done.push(messages) },
    publish: async () => 7,
    clock: () => NOW_MS,
    ...changes,
  });
  return { sweep, done };
}

it('sends what has waited for more than twenty seconds, and publishes what nobody has', async () => {
  const { sweep, done } = sweeping();
  expect(await sweep()).toEqual({ sent_again: 2, published: 7 });
  expect(done).toEqual([['2025-12-04T07:04:40.000Z', 1000], refs]);
});

it('sends again before the bus can get in its way, and says that it could not be reached', async () => {
  const { sweep, done } = sweeping({ publish: () => Promise.reject(new Error('no topic')) });
  await expect(sweep()).rejects.toThrow('no topic');
  expect(done).toContainEqual(refs);
});
