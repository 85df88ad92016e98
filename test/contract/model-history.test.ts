import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { planPromotion } from '../../shared/domain/promotion/plan-promotion.ts';
import { planRollback } from '../../shared/domain/promotion/plan-rollback.ts';
import { planWithdrawal } from '../../shared/domain/promotion/plan-withdrawal.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import { aHistoryRow, aModelVersion } from '../factories/registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { clientThat, MemoryDynamoDb } from './memory-dynamodb.ts';

let cloud: EmbeddedCloud;
let client: DynamoDBClient;
let registry: ModelRegistry;
let table: string;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const conflict = { name: 'Conflict' };
const [FIRST, SECOND] = ['2025-12-03-aaaaaaaa', '2025-12-04-bbbbbbbb'] as const;
let second = 0;
const nextTime = () => new Date(Date.UTC(2025, 11, 6) + 1000 * second++).toISOString();

/** Promotes as the product does: reads, plans, applies the plan. */
async function planned(version: string) {
  const pointer = (await registry.livePointer('NSE', 'tb15')) ?? null;
  const live = pointer && (await registry.version('NSE', 'tb15', pointer.version));
  const candidate = await registry.version('NSE', 'tb15', version);
  const request = { operator: 'asha', reason: 'test', now: nextTime(), execution: null };
  return planPromotion({ ...request, pointer, live, candidate, verdict: null, override: true }).change;
}

/** The second is what thousands of interleavings are run on. */
describe.each(['DynamoDB', 'DynamoDB in memory'])('the deployment history on %s', (kind) => {
  beforeEach(async () => {
    table = await cloud.table();
    const memory = new MemoryDynamoDb();
    client = kind === 'DynamoDB' ? cloud.dynamodb : clientThat(async (command) => memory.execute(command));
    registry = dynamoModelRegistry(client, table);
    for (const version of [FIRST, SECOND]) await registry.add(aModelVersion({ version }));
  });

  it('writes an event of an execution once, however often it is asked', async () => {
    const refused = aHistoryRow({ event: 'refused', refusal: 'no verdict', execution: 'run:1' });
    for (const at of [refused.at, refused.at, nextTime()]) {
      await registry.apply({ versions: [], history: { ...refused, at } });
    }
    expect(await registry.history('NSE', 'tb15')).toEqual([refused]);
    await registry.apply({ versions: [], history: { ...refused, execution: 'run:2' } });
    await registry.apply({ versions: [], history: { ...refused, event: 'failed' } });
    expect(await registry.history('NSE', 'tb15')).toHaveLength(3);
  });

  it('does not do a switch again that its execution did and somebody took back', async () => {
    const change = await planned(FIRST);
    const mine = { ...change, history: { ...change.history, execution: 'run:1' } };
    await registry.apply(mine);
    const pointer = (await registry.livePointer('NSE', 'tb15'))!;
    const live = await registry.version('NSE', 'tb15', FIRST);
    const asked = { operator: 'asha', reason: 'silent', now: nextTime(), execution: 'run:2' };
    await registry.apply(planWithdrawal({ ...asked, pointer, live }).change);
    await registry.apply(mine);
    expect(await registry.livePointer('NSE', 'tb15')).toBeUndefined();
    const other = { ...mine, history: { ...mine.history, execution: 'run:3' } };
    await expect(registry.apply(other)).rejects.toMatchObject(conflict);
  });

  it('keeps every event of one instant as a row of its own, in order', async () => {
    const now = '2025-12-08T06:00:00.000Z';
    const asking = async (execution: string) => {
      const pointer = (await registry.livePointer('NSE', 'tb15')) ?? null;
      const row = (version: string | null | undefined) =>
        version == null ? null : registry.version('NSE', 'tb15', version);
      const [live, previous] = [await row(pointer?.version), await row(pointer?.previous_version)];
      return { operator: 'asha', reason: 'test', now, execution, pointer, live, previous };
    };
    const promoting = async (execution: string) => {
      const candidate = await registry.version('NSE', 'tb15', SECOND);
      return planPromotion({ ...(await asking(execution)), candidate, verdict: null, override: true }).change;
    };
    await registry.apply(await planned(FIRST));
    await registry.apply(await promoting('run:z'));
    await registry.apply(planRollback({ ...(await asking('run:y')), override: true }).change);
    await registry.apply(await promoting('run:x'));
    await registry.apply(await promoting('run:w'));
    const rows = (await registry.history('NSE', 'tb15')).filter(({ at }) => at === now);
    expect(rows.map(({ event, to_version, execution }) => [event, to_version, execution])).toEqual([
      ['promoted', SECOND, 'run:z'],
      ['rolled_back', FIRST, 'run:y'],
      ['promoted', SECOND, 'run:x'],
      ['refused', SECOND, 'run:w'],
    ]);
    expect(rows.at(-1)!.refusal).toContain('is already live');
  });

  it('dates an event no earlier than the newest one, whatever its clock says', async () => {
    await registry.apply(await planned(FIRST));
    const { since } = (await registry.livePointer('NSE', 'tb15'))!;
    const early = await planned(SECOND);
    const at = '2025-12-05T23:59:59.999Z';
    await registry.apply({
      ...early,
      pointer: { ...early.pointer!, since: at },
      history: { ...early.history, at },
    });
    expect(await registry.livePointer('NSE', 'tb15')).toMatchObject({ version: SECOND, since });
    const history = await registry.history('NSE', 'tb15');
    expect(history.map(({ at: dated, to_version }) => [dated, to_version])).toEqual([
      [since, FIRST],
      [since, SECOND],
    ]);
  });

  it('keeps the order of more than nine refusals of one instant', async () => {
    const wanted = Array.from({ length: 11 }, (_, at) => `refusal ${at}`);
    for (const refusal of wanted) {
      const history = aHistoryRow({ event: 'refused', refusal, execution: null });
      await registry.apply({ versions: [], history });
    }
    const rows = await registry.history('NSE', 'tb15');
    expect(rows.map(({ refusal }) => refusal)).toEqual(wanted);
  });

  it('reads rows that were written under the keys of before, and in front of new ones', async () => {
    const old = aHistoryRow();
    const sk = `history#${old.at}#${old.to_version}#${old.event}`;
    const Item = marshall({ ...old, pk: `${old.exchange}#${old.target}`, sk });
    await client.send(new PutItemCommand({ TableName: table, Item }));
    const refused = aHistoryRow({ event: 'refused', refusal: 'no verdict' });
    await registry.apply({ versions: [], history: refused });
    expect(await registry.history(old.exchange, old.target)).toEqual([old, refused]);
  });
});
