import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ingestSnapshots } from '../../../functions/ingest/ingest-snapshots.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { sqsOrderedQueue } from '../../../shared/adapters/sqs/ordered-queue.ts';
import { chainGroups } from '../../../shared/domain/features/chain-groups.ts';
import type { OnlineArrival } from '../../../shared/domain/features/online-arrival.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSnapshot } from '../../factories/snapshot.ts';
import { failOnce, withFaults } from '../faults.ts';

let cloud: EmbeddedCloud;
let urls: { toBatch: string; toFeature: string };
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(() => {
  urls = { toBatch: cloud.queue(), toFeature: cloud.orderedQueue() };
});
afterAll(() => cloud.stop());

const ports = () => ({
  toBatch: sqsMessageQueue(cloud.sqs, urls.toBatch),
  toFeature: sqsOrderedQueue(cloud.sqs, urls.toFeature),
  groups: chainGroups([]),
  clock: () => cloud.clock.nowMs(),
});
const queued = (name: keyof typeof urls) =>
  cloud
    .drain(urls[name])
    .map((message) =>
      name === 'toBatch' ? message : (message as OnlineArrival).snapshot,
    ) as StoredSnapshot[];
const arrivals = () => cloud.drain(urls.toFeature) as OnlineArrival[];
const minutesAgo = (minutes: number) => new Date(START_MS - minutes * 60_000).toISOString();

describe('ingestSnapshots', () => {
  it('has a snapshot on both queues when it answers, stamped and identified', async () => {
    const answer = await ingestSnapshots(ports())(aSnapshot(), false);
    expect(answer).toEqual({ accepted: 1, rejected: [], ignored_fields: 0 });
    const [stored] = queued('toBatch');
    expect(queued('toFeature')).toEqual([stored]);
    expect(stored).toMatchObject({
      snapshot_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      timestamp: '2025-12-04T07:05:00.000Z',
      recorded_at: '2025-12-04T07:05:00.000Z',
    });
  });

  it('accepts the good ones of a request and says why it does not the others', async () => {
    const bad = [{ ...aSnapshot(), legs: [] }, { ...aSnapshot(), vix: 'high' }, null];
    const answer = await ingestSnapshots(ports())([bad[0], aSnapshot(), bad[1], bad[2]], false);
    expect(answer.accepted).toBe(1);
    expect(answer.rejected.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(answer.rejected.map(({ reason }) => reason).slice(0, 2)).toEqual([
      expect.stringContaining('legs'),
      expect.stringContaining('vix'),
    ]);
    expect(queued('toBatch')).toHaveLength(1);
  });

  it('sends what is too old for the online window to the lake only', async () => {
    const posted = [minutesAgo(61), minutesAgo(60), minutesAgo(0)].map((timestamp) =>
      aSnapshot({ timestamp }),
    );
    expect((await ingestSnapshots(ports())(posted, true)).accepted).toBe(3);
    expect(queued('toBatch')).toHaveLength(3);
    expect(queued('toFeature').map(({ timestamp }) => timestamp)).toEqual([minutesAgo(60), minutesAgo(0)]);
  });

  it('tells the feature stage which snapshots somebody waits for', async () => {
    await ingestSnapshots(ports())(aSnapshot(), false);
    expect(arrivals().map(({ live }) => live)).toEqual([true]);
    await ingestSnapshots(ports())(aSnapshot({ timestamp: minutesAgo(1) }), true);
    expect(arrivals().map(({ live }) => live)).toEqual([false]);
  });

  it('throws RejectedInput for a body that is no snapshots at all, and queues nothing', async () => {
    for (const body of [[], null, 'text', 7]) {
      await expect(ingestSnapshots(ports())(body, false)).rejects.toMatchObject({ name: 'RejectedInput' });
    }
    expect(queued('toBatch')).toEqual([]);
  });

  it('sends the minutes of a request in the order they were had, whatever their order in it', async () => {
    const posted = [3, 0, 2, 1].map((minutes) => aSnapshot({ timestamp: minutesAgo(minutes) }));
    await ingestSnapshots(ports())(posted, false);
    const order = [3, 2, 1, 0].map(minutesAgo);
    expect(queued('toFeature').map(({ timestamp }) => timestamp)).toEqual(order);
    const late = posted.map((snapshot, at) => ({ ...snapshot, received_at: minutesAgo(at / 10) }));
    await ingestSnapshots(ports())(late, true);
    expect(queued('toFeature').map(({ timestamp }) => timestamp)).toEqual([1, 2, 0, 3].map(minutesAgo));
  });

  it('puts chains that look at one another into one order, and others into their own', async () => {
    const groups = { ...chainGroups([]), BSE: 'NSE' };
    const exchanges = ['NSE', 'BSE', 'NSE_MONTHLY'] as const;
    const posted = exchanges.map((exchange) => aSnapshot({ exchange }));
    await ingestSnapshots({ ...ports(), groups })(posted, false);
    const queue = cloud.services.sqs.queue(urls.toFeature.split('/').at(-1)!);
    const sent = queue.receive(10).map(({ attributes }) => attributes['MessageGroupId']);
    expect(sent).toEqual(['NSE', 'NSE', 'NSE_MONTHLY']);
  });

  it.each([
    ['toBatch', 'sendAll'],
    ['toFeature', 'sendInOrder'],
  ] as const)('does not answer when %s did not take it; posting again does', async (name, sending) => {
    const broken = { ...ports(), [name]: withFaults<object>(ports()[name], failOnce(sending, 'before')) };
    const ingest = ingestSnapshots(broken);
    await expect(ingest(aSnapshot(), false)).rejects.toMatchObject({ name: 'Temporary' });
    expect((await ingest(aSnapshot(), false)).accepted).toBe(1);
    const ids = new Set(queued(name).map(({ snapshot_id }) => snapshot_id));
    expect(ids.size).toBe(1);
  });
});
