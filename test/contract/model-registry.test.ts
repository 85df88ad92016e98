import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { planPromotion } from '../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import { planWithdrawal } from '../../shared/domain/promotion/plan-withdrawal.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { aHistoryRow, aLivePointer, aModelVersion } from '../factories/registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { clientThat, MemoryDynamoDb } from './memory-dynamodb.ts';

let cloud: EmbeddedCloud;
let registry: ModelRegistry;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const conflict = { name: 'Conflict' };
const [FIRST, SECOND, THIRD] = ['2025-12-03-aaaaaaaa', '2025-12-04-bbbbbbbb', '2025-12-05-cccccccc'] as const;
/** Sorts behind the others by its name. */
const SMALL = '2025-12-05-eeeeeeee';
let second = 0;
const nextTime = () => new Date(Date.UTC(2025, 11, 6) + 1000 * second++).toISOString();

/** Promotes as the product does: reads, plans, applies the plan. */
async function planned(version: string, operator = 'asha') {
  const pointer = (await registry.livePointer('NSE', 'tb15')) ?? null;
  const live = pointer && (await registry.version('NSE', 'tb15', pointer.version));
  const candidate = await registry.version('NSE', 'tb15', version);
  const request = { operator, reason: 'test', now: nextTime(), execution: null };
  return planPromotion({ ...request, pointer, live, candidate, verdict: null, override: true }).change;
}

const statusOf = async (version: string) => (await registry.version('NSE', 'tb15', version)).status;

/** The second is what thousands of interleavings are run on. */
describe.each(['DynamoDB', 'DynamoDB in memory'])('ModelRegistry on %s', (kind) => {
  beforeEach(async () => {
    const table = await cloud.table();
    const memory = new MemoryDynamoDb();
    const client =
      kind === 'DynamoDB' ? cloud.dynamodb : clientThat(async (command) => memory.execute(command));
    registry = dynamoModelRegistry(client, table);
  });

  describe('versions', () => {
    it('adds a version once', async () => {
      expect(await registry.add(aModelVersion())).toBe(true);
      expect(await registry.add(aModelVersion({ family: 'linear' }))).toBe(false);
      expect(await registry.version('NSE', 'tb15', aModelVersion().version)).toEqual(aModelVersion());
    });

    it('says NotFound naming exchange, target and version', async () => {
      await expect(registry.version('BSE', 'dir5', 'none')).rejects.toMatchObject({
        name: 'NotFound',
        message: expect.stringMatching(/BSE dir5.*none/),
      });
    });

    it('replaces a row only from the revision before', async () => {
      await registry.add(aModelVersion());
      const judged = aModelVersion({ revision: 1, status: 'approved', verdict_pass: true });
      await registry.put(judged);
      await expect(registry.put({ ...judged, status: 'rejected' })).rejects.toMatchObject(conflict);
      await expect(registry.put({ ...judged, revision: 3 })).rejects.toMatchObject(conflict);
      expect(await registry.version('NSE', 'tb15', judged.version)).toEqual(judged);
    });

    it('takes the very row again for the one it wrote: its answer was lost', async () => {
      await registry.add(aModelVersion());
      const judged = aModelVersion({ revision: 1, status: 'approved', verdict_pass: true });
      await registry.put(judged);
      await registry.put({ ...judged });
      expect(await registry.version('NSE', 'tb15', judged.version)).toEqual(judged);
      const later = { ...judged, revision: 2, verdict_pass: false };
      await registry.put(later);
      await expect(registry.put(judged)).rejects.toMatchObject(conflict);
    });

    it('lists the newest first, per exchange and target', async () => {
      const made: Partial<ModelVersion>[] = [
        { version: FIRST, created_at: '2025-12-03T10:30:00.000Z' },
        { version: SMALL, created_at: '2025-12-05T10:30:00.000Z', distilled_of: THIRD },
        { version: THIRD, created_at: '2025-12-05T10:30:00.000Z' },
        { version: SECOND, created_at: '2025-12-04T10:30:00.000Z' },
        { version: THIRD, exchange: 'BSE' },
        { version: THIRD, target: 'dir5' },
      ];
      for (const row of made) await registry.add(aModelVersion(row));
      const listed = await registry.versions('NSE', 'tb15');
      expect(listed.map(({ version }) => version)).toEqual([THIRD, SMALL, SECOND, FIRST]);
    });
  });

  describe('the live pointer', () => {
    beforeEach(async () => {
      for (const version of [FIRST, SECOND, THIRD]) await registry.add(aModelVersion({ version }));
    });

    it('is undefined while nothing is live', async () => {
      expect(await registry.livePointer('NSE', 'tb15')).toBeUndefined();
      expect(await registry.history('NSE', 'tb15')).toEqual([]);
    });

    it('moves forward and back with both version rows and the history', async () => {
      await registry.apply(await planned(FIRST));
      await registry.apply(await planned(SECOND));
      expect([await statusOf(FIRST), await statusOf(SECOND)]).toEqual(['retired', 'live']);
      const pointer = (await registry.livePointer('NSE', 'tb15'))!;
      expect(pointer).toMatchObject({ version: SECOND, previous_version: FIRST, revision: 2 });
      const [live, previous] = await Promise.all(
        [SECOND, FIRST].map((version) => registry.version('NSE', 'tb15', version)),
      );
      const back = { operator: 'asha', reason: 'worse', now: nextTime(), execution: null };
      await registry.apply(
        planRollback({ ...back, pointer, live: live!, previous: previous!, override: true }).change,
      );
      expect((await registry.livePointer('NSE', 'tb15'))?.version).toBe(FIRST);
      expect([await statusOf(FIRST), await statusOf(SECOND)]).toEqual(['live', 'retired']);
      const history = await registry.history('NSE', 'tb15');
      expect(history.map(({ event, to_version }) => [event, to_version])).toEqual([
        ['promoted', FIRST],
        ['promoted', SECOND],
        ['rolled_back', FIRST],
      ]);
    });

    it('lets exactly one of two racing promotions win and nothing of the other happen', async () => {
      await registry.apply(await planned(FIRST));
      const changes = [await planned(SECOND), await planned(THIRD)];
      const results = await Promise.allSettled(changes.map((change) => registry.apply(change)));
      const won = results.findIndex(({ status }) => status === 'fulfilled');
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [winner, loser] = won === 0 ? [SECOND, THIRD] : [THIRD, SECOND];
      expect((await registry.livePointer('NSE', 'tb15'))?.version).toBe(winner);
      expect([await statusOf(winner), await statusOf(loser), await statusOf(FIRST)]).toEqual([
        'live',
        'candidate',
        'retired',
      ]);
      expect(await registry.history('NSE', 'tb15')).toHaveLength(2);
      await expect(registry.apply(changes[1 - won]!)).rejects.toMatchObject(conflict);
    });

    it('lets exactly one of two racing first promotions win', async () => {
      const changes = [await planned(FIRST), await planned(SECOND)];
      const results = await Promise.allSettled(changes.map((change) => registry.apply(change)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await registry.history('NSE', 'tb15')).toHaveLength(1);
    });

    it('changes nothing when only one of the rows is not what was read', async () => {
      const change = await planned(FIRST);
      const row = await registry.version('NSE', 'tb15', FIRST);
      await registry.put({ ...row, status: 'rejected', revision: 1 });
      await expect(registry.apply(change)).rejects.toMatchObject(conflict);
      expect(await registry.livePointer('NSE', 'tb15')).toBeUndefined();
      expect(await registry.history('NSE', 'tb15')).toEqual([]);
    });

    it('withdraws the only version once, and starts anew', async () => {
      await registry.apply(await planned(FIRST));
      const pointer = (await registry.livePointer('NSE', 'tb15'))!;
      const live = await registry.version('NSE', 'tb15', FIRST);
      const asked = { operator: 'asha', reason: 'silent', execution: null };
      const twice = [1, 2].map(() => planWithdrawal({ ...asked, now: nextTime(), pointer, live }).change);
      const results = await Promise.allSettled(twice.map((change) => registry.apply(change)));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await registry.livePointer('NSE', 'tb15')).toBeUndefined();
      expect(await statusOf(FIRST)).toBe('retired');
      await registry.apply(await planned(SECOND));
      expect((await registry.livePointer('NSE', 'tb15'))?.revision).toBe(1);
      const history = await registry.history('NSE', 'tb15');
      expect(history.map(({ event, to_version }) => [event, to_version])).toEqual([
        ['promoted', FIRST],
        ['withdrawn', null],
        ['promoted', SECOND],
      ]);
    });

    it('does not take one version for another that came to its revision', async () => {
      await registry.apply(await planned(FIRST));
      const pointer = (await registry.livePointer('NSE', 'tb15'))!;
      const asked = { operator: 'asha', reason: 'silent', execution: null };
      const live = await registry.version('NSE', 'tb15', FIRST);
      await registry.apply(planWithdrawal({ ...asked, now: nextTime(), pointer, live }).change);
      await registry.apply(await planned(SECOND));
      expect((await registry.livePointer('NSE', 'tb15'))?.revision).toBe(pointer.revision);
      // Planned on the pointer as it was read before, and on rows that were read after.
      const [retired, candidate] = await Promise.all(
        [FIRST, THIRD].map((version) => registry.version('NSE', 'tb15', version)),
      );
      const late = { ...asked, now: nextTime(), pointer, live: retired! };
      const change = planPromotion({ ...late, candidate: candidate!, verdict: null, override: true }).change;
      await expect(registry.apply(change)).rejects.toMatchObject(conflict);
      await expect(registry.apply(planWithdrawal(late).change)).rejects.toMatchObject(conflict);
      expect((await registry.livePointer('NSE', 'tb15'))?.version).toBe(SECOND);
    });

    it('does not withdraw what is no longer live', async () => {
      await registry.apply(await planned(FIRST));
      const pointer = (await registry.livePointer('NSE', 'tb15'))!;
      const live = await registry.version('NSE', 'tb15', FIRST);
      await registry.apply(await planned(SECOND));
      const asked = { operator: 'asha', reason: 'silent', now: nextTime(), execution: null };
      const late = registry.apply(planWithdrawal({ ...asked, pointer, live }).change);
      await expect(late).rejects.toMatchObject(conflict);
      expect((await registry.livePointer('NSE', 'tb15'))?.version).toBe(SECOND);
    });

    it('writes a refusal as history only', async () => {
      const refused = aHistoryRow({ event: 'refused', refusal: 'no verdict', pointer_revision: 0 });
      await registry.apply({ versions: [], history: refused });
      expect(await registry.history('NSE', 'tb15')).toEqual([refused]);
      expect(await registry.livePointer('NSE', 'tb15')).toBeUndefined();
    });

    it('keeps exchanges and targets apart', async () => {
      await registry.apply(await planned(FIRST));
      const pointer = aLivePointer({ exchange: 'BSE', target: 'dir5' });
      const history = aHistoryRow({ exchange: 'BSE', target: 'dir5' });
      await registry.apply({ versions: [], pointer, history });
      expect(await registry.livePointer('BSE', 'dir5')).toEqual(pointer);
      expect(await registry.livePointer('BSE', 'tb15')).toBeUndefined();
      expect(await registry.history('BSE', 'dir5')).toEqual([history]);
    });
  });
});
