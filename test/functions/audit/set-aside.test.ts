import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { sealWaiting } from '../../../functions/audit/seal-waiting.ts';
import { setAside } from '../../../functions/audit/set-aside.ts';
import { observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { seal } from '../../../shared/domain/audit/leaf-hash.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aTrade } from '../../factories/recommendation.ts';
import { type AuditWorld, auditWorld } from './audit-world.ts';

let cloud: EmbeddedCloud;
let world: AuditWorld;
let told: unknown[];
let faults: string[];
let isAlertOut: boolean;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await auditWorld(cloud);
  [told, faults, isAlertOut] = [[], [], false];
});
afterAll(() => cloud.stop());

const EVER = '2099-01-01T00:00:00.000Z';
const waiting = () => world.log.waiting(EVER, 1000);

/** The sealer as it is deployed. */
function sealer() {
  const sendAll = async (messages: readonly unknown[]) => {
    if (isAlertOut) throw new Temporary('send: the queue is out of reach');
    told.push(...messages);
  };
  const onFault = ({ message }: Error) => void faults.push(message);
  const onTooLong = setAside({ log: world.log, toAlert: { sendAll }, onFault });
  return sealWaiting({
    log: world.log,
    seal: sealRecords({ ...world, onTooLong }),
    clock: Date.now,
    onFault,
  });
}

/** Trades whose reason is longer than any log can hold. */
async function tooLong(count: number): Promise<AuditRef[]> {
  const [made] = (await world.recommended(1)).made;
  const refs: AuditRef[] = [];
  for (let at = 0; at < count; at++) {
    const trade = seal({ ...aTrade(made!, { trade_id: `T-${at}` }), reason: 'x'.repeat(66_000) });
    await world.store.addTrade(trade);
    refs.push({
      kind: 'trade',
      trade_id: trade.trade_id,
      timestamp: trade.timestamp,
      status: trade.status,
    });
  }
  return refs;
}

describe('a record that is too long for the log', () => {
  it('is told of once, waits no longer, and stays where it was', async () => {
    const [ref] = await tooLong(1);
    expect(await sealer()([ref!])).toHaveLength(1);
    expect(told).toHaveLength(1);
    expect(observationSchema.parse(told[0])).toMatchObject({
      rule: 'record-too-long',
      exchange: 'NSE',
      check: {
        kind: 'event',
        finding: { what: expect.stringMatching(/^trade T-0 .*at most 65535 bytes, was 6/) },
      },
    });
    expect(await waiting()).toEqual([]);
    const { reports } = await world.store.tradeTrail('T-0');
    expect(reports).toMatchObject([{ trade_id: 'T-0', reason: expect.stringMatching(/^x{66000}$/) }]);
    expect(await sealer()([])).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it('comes again while nobody can be told, and holds nobody up meanwhile', async () => {
    const refs = await tooLong(1);
    isAlertOut = true;
    expect(await sealer()(refs)).toHaveLength(1);
    expect(faults).toEqual(['send: the queue is out of reach']);
    expect(await waiting()).toEqual(refs);
    isAlertOut = false;
    const { refs: others } = await world.recommended(1, 1);
    expect(await sealer()(others)).toHaveLength(1);
    expect(told).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it('holds up no one behind a whole page of such records', async () => {
    await tooLong(100);
    const { made } = await world.recommended(3, 1);
    await sealer()([]);
    await sealer()([]);
    expect((await world.entries()).map(({ record }) => record['id'])).toEqual(
      expect.arrayContaining(made.map(({ id }) => id)),
    );
    expect(told).toHaveLength(100);
    expect(await waiting()).toEqual([]);
  });
});
