import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { giveFeedback } from '../../../functions/audit/give-feedback.ts';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { callerName } from '../../../shared/domain/audit/feedback.ts';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { type AuditWorld, auditWorld } from './audit-world.ts';

let cloud: EmbeddedCloud;
let world: AuditWorld;
let sent: AuditRef[];
let nowMs: number;
let give: ReturnType<typeof giveFeedback>;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await auditWorld(cloud);
  [sent, nowMs] = [[], START_MS];
  const toAudit = { sendAll: async (refs: readonly unknown[]) => void sent.push(...(refs as AuditRef[])) };
  give = giveFeedback({ store: world.store, toAudit, clock: () => nowMs });
});
afterAll(() => cloud.stop());

const one = aRecommendation();
const said = (label: number, note?: string) => ({
  recommendation_id: one.id,
  label,
  ...(note ? { note } : {}),
});

describe("an operator's own label", () => {
  it('stands beside the recommendation, sealed into the audit log, and none replaces another', async () => {
    await world.store.add(one);
    const first = await give(said(1, 'broke out'), 'operator/asha');
    nowMs += 60_000;
    const second = await give(said(-1), 'operator/asha');
    await give(said(0), 'tracker/desk');
    expect(first).toMatchObject({
      label: 1,
      note: 'broke out',
      by: 'operator/asha',
      recorded_at: '2025-12-04T07:05:00.000Z',
    });
    const { leaf_hash, ...content } = first;
    expect(leafHash(content)).toBe(leaf_hash);
    const { feedback } = await world.store.trail(one.id);
    expect(feedback.map(({ label, by }) => [label, by])).toEqual([
      [1, 'operator/asha'],
      [-1, 'operator/asha'],
      [0, 'tracker/desk'],
    ]);
    expect(feedback[1]).toEqual(second);
    await sealRecords({ log: world.log, tiles: world.tiles })(sent);
    const entries = (await world.entries()).filter(({ kind }) => kind === 'feedback');
    expect(entries.map(({ record }) => record['label'])).toEqual([1, -1, 0]);
  });

  it('is kept once however often it is sent', async () => {
    await world.store.add(one);
    const first = await give(said(1), 'tracker/desk');
    nowMs += 5000;
    expect(await give(said(1), 'tracker/desk')).toEqual(first);
    expect((await world.store.trail(one.id)).feedback).toHaveLength(1);
  });

  it("is the caller's last one again, whatever others say between; another note is another label", async () => {
    await world.store.add(one);
    const first = await give(said(1, 'gap'), 'tracker/desk');
    nowMs += 5000;
    await give(said(-1, 'gap'), 'operator/asha');
    nowMs += 5000;
    expect(await give(said(1, 'gap'), 'tracker/desk')).toEqual(first);
    expect(await give(said(1, 'gap on news'), 'tracker/desk')).not.toEqual(first);
    expect((await world.store.trail(one.id)).feedback).toHaveLength(3);
    // What comes again may have broken off before it was told: the log is told again.
    expect(sent.map((ref) => ref.kind === 'feedback' && ref.recorded_at)).toEqual([
      first.recorded_at,
      '2025-12-04T07:05:05.000Z',
      first.recorded_at,
      '2025-12-04T07:05:10.000Z',
    ]);
  });

  it('of one caller in one millisecond loses none', async () => {
    await world.store.add(one);
    await Promise.all([
      give(said(1, 'a'), 'tracker/desk'),
      give(said(1, 'b'), 'tracker/desk'),
      give(said(0), 'tracker/desk'),
    ]);
    expect((await world.store.trail(one.id)).feedback).toHaveLength(3);
  });

  it('is refused with the field that is wrong, and for a recommendation that is not there', async () => {
    await expect(give(said(2), 'x')).rejects.toMatchObject({ name: 'RejectedInput', field: 'label' });
    const nowhere = { recommendation_id: 'latest', label: 1 };
    await expect(give(nowhere, 'x')).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'recommendation_id',
    });
    await expect(give(said(1), 'x')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(give('up', 'x')).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(sent).toEqual([]);
  });
});

describe('who gave it', () => {
  it.each([
    ['arn:aws:sts::111122223333:assumed-role/operator/asha', 'operator/asha'],
    ['arn:aws:iam::111122223333:user/asha', 'asha'],
    [null, 'unknown'],
  ])('%s is %s', (arn, name) => expect(callerName(arn)).toBe(name));
});
