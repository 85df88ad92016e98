import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { controlTrading } from '../../../functions/score/control-trading.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { archiveKey } from '../../../shared/domain/audit/archive.ts';
import { leafHash } from '../../../shared/domain/audit/leaf-hash.ts';
import { recordName } from '../../../shared/domain/audit/log-entry.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { logTilesIn } from '../../contract/log-tiles.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const KEYS = 'arn:aws:sts::000000000000:assumed-role/operator/local';
const HALT = { action: 'halt', scope: 'NSE', operator: 'asha', reason: 'budget speech' };
const RESUME = { ...HALT, action: 'resume', reason: 'over' };

async function openDesk() {
  const recommendations = await cloud.table();
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table(), recommendations);
  const log = dynamoAuditLog(cloud.dynamodb, recommendations, s3ObjectStore(cloud.s3, cloud.bucket()));
  const auditQueue = cloud.queue();
  const queue = cloud.queue();
  const time = { nowMs: START_MS };
  const toAlert = sqsMessageQueue(cloud.sqs, queue);
  const toAudit = sqsMessageQueue(cloud.sqs, auditQueue);
  const control = controlTrading({ risk, toAudit, toAlert, policy: riskPolicy(), clock: () => time.nowMs });
  return {
    ...{ risk, log, time, control, told: () => cloud.drain(queue) },
    toSeal: () => cloud.drain(auditQueue) as AuditRef[],
    seal: sealRecords({ log, tiles: logTilesIn(cloud, cloud.bucket()) }),
  };
}

describe('control of trading', () => {
  it('halts an exchange and lets it go on, with who, when, why and whose keys', async () => {
    const { risk, control, time, told } = await openDesk();
    const order = await control(HALT, KEYS);
    expect(order).toEqual({ ...HALT, at: utcIso(START_MS), caller: KEYS, revision: 1 });
    expect((await risk.book()).halts).toEqual([
      { scope: 'NSE', by: 'asha', reason: 'budget speech', at: utcIso(START_MS) },
    ]);
    expect(told()).toMatchObject([
      {
        ...{ kind: 'check', rule: 'breaker-open', exchange: 'NSE' },
        check: { kind: 'breached', finding: { severity: 'critical' } },
      },
    ]);
    time.nowMs += 60_000;
    await control(RESUME, null);
    expect((await risk.book()).halts).toEqual([]);
    expect(told()).toMatchObject([{ exchange: 'NSE', check: { kind: 'clear' } }]);
    expect((await risk.controls(9)).map(({ action, caller }) => [action, caller])).toEqual([
      ['resume', null],
      ['halt', KEYS],
    ]);
  });

  it('lets nothing go on twice', async () => {
    const { control } = await openDesk();
    await control(HALT, null);
    await control(RESUME, null);
    await expect(control(RESUME, null)).rejects.toThrow('expected one that is halted, was NSE');
    await control(HALT, null);
    await expect(control(HALT, null)).rejects.toThrow('halted by asha');
  });

  it('halts all apart from each', async () => {
    const { risk, control, told } = await openDesk();
    await control(HALT, null);
    await control({ ...HALT, scope: 'all' }, null);
    expect(told()).toHaveLength(5);
    await control({ ...RESUME, scope: 'all' }, null);
    expect((await risk.book()).halts.map(({ scope }) => scope)).toEqual(['NSE']);
    const stillOpen = told() as { exchange: string; check: { kind: string } }[];
    expect(
      stillOpen.filter(({ check }) => check.kind === 'breached').map(({ exchange }) => exchange),
    ).toEqual(['NSE']);
  });

  it('gives every order its place in the audit log, once, by its message or by the sweep', async () => {
    const { control, log, toSeal, seal, time } = await openDesk();
    await control(HALT, KEYS);
    const refs = toSeal();
    expect(refs).toEqual([{ kind: 'control', scope: 'NSE', at: utcIso(START_MS), revision: 1 }]);
    time.nowMs += 60_000;
    await control(RESUME, KEYS);
    const waiting = await log.waiting(utcIso(time.nowMs), 10);
    expect(waiting).toHaveLength(2);
    const entries = await seal([...refs, ...waiting, ...refs]);
    expect(entries.map(({ kind, record }) => [kind, record['action'], record['caller']])).toEqual([
      ['control', 'halt', KEYS],
      ['control', 'resume', KEYS],
    ]);
    expect(entries.map(({ record }) => recordName(record))).toEqual(['control NSE 1', 'control NSE 2']);
    expect(entries.map(({ leaf_hash, record }) => leaf_hash === leafHash(record))).toEqual([true, true]);
    expect(await log.waiting(utcIso(time.nowMs), 10)).toEqual([]);
    expect(await seal(refs)).toEqual([]);
    expect(archiveKey(entries[0]!)).toMatch(/^controls\/date=2025-12-04\/0+\.jsonl$/);
  });

  it('refuses what changes nothing', async () => {
    const { control } = await openDesk();
    await expect(control(RESUME, null)).rejects.toMatchObject({ name: 'RejectedInput', field: 'scope' });
    await control(HALT, null);
    await expect(control(HALT, null)).rejects.toThrow('halted by asha');
  });

  it('lets one of two orders at once win', async () => {
    const { control } = await openDesk();
    const both = await Promise.allSettled([
      control(HALT, null),
      control({ ...HALT, operator: 'ravi' }, null),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['scope', { ...HALT, scope: 'NYSE' }],
    ['action', { ...HALT, action: 'stop' }],
    ['operator', { ...HALT, operator: ' ' }],
    ['reason', { ...HALT, reason: undefined }],
  ])('names a wrong %s', async (field, body) => {
    const { control } = await openDesk();
    await expect(control(body, null)).rejects.toMatchObject({ name: 'RejectedInput', field });
  });
});
