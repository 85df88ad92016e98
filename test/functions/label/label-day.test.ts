import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { featureUid } from '../../../shared/domain/features/feature-set.ts';
import { LABEL_SET_ID } from '../../../shared/domain/labels/label-day.ts';
import { LABEL_COLUMNS, type LabelRow } from '../../../shared/domain/labels/label-row.ts';
import { labelRowsOf } from '../../../shared/domain/labels/label-table.ts';
import { column } from '../../../shared/domain/lake/column-table.ts';
import { epochMs, istMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Leg, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { bseWithFeesFrom } from '../../factories/known-fees.ts';
import { aSession } from '../../factories/session.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';
import { openPorts, type Ports, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
let nowMs = Date.UTC(2025, 11, 4, 10, 30);
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  ports = { ...(await openPorts(cloud)), clock: () => nowMs };
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const SESSION = aSession({ minutes: 100 });

async function chainOf(snapshots: readonly StoredSnapshot[], date = DATE) {
  await stagesOf(ports).write(snapshots);
  await stagesOf(ports).compact('NSE', date);
}
const label = (date = DATE) => stagesOf(ports).label('NSE', date);
const registered = () => ports.registry.dayFile('labels', LABEL_SET_ID, 'NSE', DATE);
async function labels(): Promise<Map<string, LabelRow>> {
  const rows = labelRowsOf(await ports.lake.read((await registered())!));
  return new Map(rows.map((row) => [row.timestamp, row]));
}
const at = (index: number) => SESSION[index]!;
/** Amounts in lots of 75 as amounts in lots of 10, which SENSEX had in 2024. */
const inLotsOfTen = (leg: Leg): Leg => ({
  ...leg,
  oi: leg.oi! * 2,
  volume: leg.volume! * 2,
  bid_quantity: leg.bid_quantity! * 2,
  ask_quantity: leg.ask_quantity! * 2,
});

describe('buildLabelDay', () => {
  it('labels each minute of the chain, under the uid of its features', async () => {
    await chainOf(SESSION);
    const report = await label();
    expect(report.path).toMatch(
      new RegExp(`^labels/set=${LABEL_SET_ID}/exchange=NSE/date=${DATE}/[0-9a-f]{16}[.]parquet$`),
    );
    const rows = await labels();
    expect(report.rows).toBe(SESSION.length);
    expect(report.pnl_missing).toBeNull();
    expect([...rows.keys()]).toEqual(SESSION.map(({ timestamp }) => timestamp));
    for (const [timestamp, row] of rows) expect(row.uid).toBe(featureUid('NSE', timestamp, 'tracker-v2'));
    const targets = [...rows.values()];
    expect(report.labelled).toBe(targets.filter(({ target }) => target !== null).length);
    expect(report.session_labelled).toBe(
      targets.filter(({ session_target }) => session_target !== null).length,
    );
    expect(Math.min(report.labelled, report.session_labelled)).toBeGreaterThan(20);
  });

  it('has every label where everything it rests on is there, read back from Parquet', async () => {
    await chainOf(SESSION);
    await label();
    const row = (await labels()).get(at(65).timestamp)!;
    for (const name of LABEL_COLUMNS) expect(row[name], name).not.toBeNull();
    expect(row.return_5).toBe(at(70).underlying_price / at(65).underlying_price - 1);
    const { atm_strike } = at(65);
    const ltp = (index: number) =>
      at(index).legs.find((leg) => leg.strike === atm_strike && leg.option_type === 'PE')!.ltp!;
    expect(row.ltp_change_atm_pe_15).toBe(ltp(80) - ltp(65));
    expect(row.straddle_pnl_30).toBe(row.call_pnl_30! + row.put_pnl_30!);
  });

  it("uses each minute's last row, and of two for one moment the first recorded", async () => {
    const { timestamp } = at(70);
    const price = at(70).underlying_price;
    const later = { ...at(70), underlying_price: price * 1.005, snapshot_id: 'b'.repeat(32) };
    const last = { ...later, timestamp: utcIso(epochMs(timestamp) + 40_000) };
    const revision = {
      ...last,
      underlying_price: 1,
      snapshot_id: 'c'.repeat(32),
      received_at: at(80).received_at,
    };
    await chainOf([...SESSION, last, revision]);
    await label();
    const rows = await labels();
    expect(rows.size).toBe(SESSION.length);
    expect(rows.get(at(67).timestamp)!.return_3).toBe((price * 1.005) / at(67).underlying_price - 1);
  });

  it('gives no labels to rows out of session', async () => {
    const evening = aStoredSnapshot({ timestamp: utcIso(istMs(DATE, 931)) });
    await chainOf([...SESSION, evening]);
    await label();
    const row = (await labels()).get(evening.timestamp)!;
    for (const name of LABEL_COLUMNS) expect(row[name], name).toBeNull();
  });

  it('changes nothing when run again, and registers the same labels of a new chain', async () => {
    await chainOf(SESSION);
    const first = await label();
    const before = (await registered())!;
    nowMs += 60_000;
    expect(await label()).toEqual(first);
    expect(await registered()).toEqual(before);
    const revised = {
      ...at(50),
      underlying_price: 1,
      snapshot_id: 'd'.repeat(32),
      received_at: at(99).received_at,
    };
    await chainOf([revised]);
    expect(await label()).toEqual(first);
    const after = (await registered())!;
    expect(after).toMatchObject({ path: before.path, sha256: before.sha256, revision: before.revision + 1 });
    expect(after.source_sha256).not.toBe(before.source_sha256);
    expect(after.source_sha256).toBe((await ports.registry.dayFile('chain', 'chain', 'NSE', DATE))!.sha256);
  });

  it('lets no label rest on a minute whose feature row carries a flag that blocks', async () => {
    const tick = 80;
    const ticked = SESSION.map((snapshot, index) =>
      index === tick ? { ...snapshot, underlying_price: snapshot.underlying_price * 1.03 } : snapshot,
    );
    await chainOf(ticked);
    await stagesOf(ports).feature('NSE', DATE);
    const report = await label();
    const features = (await ports.registry.dayFile('features', 'tracker-v2', 'NSE', DATE))!;
    const table = await ports.lake.read(features);
    const flags = column(table, 'quality_flags').map((cell) => String(cell ?? '').split(' '));
    const blocked = column(table, 'uid').filter((_, row) =>
      flags[row]!.some((flag) => (ports.quality.blocking as readonly string[]).includes(flag)),
    );
    expect(blocked).toEqual(
      [tick, tick + 1].map((index) => featureUid('NSE', at(index).timestamp, 'tracker-v2')),
    );
    const rows = [...(await labels()).values()];
    expect(report.rows).toBe(SESSION.length);
    expect(rows.map(({ timestamp }) => timestamp)).toEqual(SESSION.map(({ timestamp }) => timestamp));
    for (const row of rows.filter(({ uid }) => blocked.includes(uid))) {
      for (const name of LABEL_COLUMNS) expect(row[name], name).toBeNull();
    }
    for (const horizon of [3, 5, 15] as const) {
      const lost = rows.flatMap((row, index) => (row[`return_${horizon}`] === null ? [index] : []));
      const ends = [tick - horizon, tick + 1 - horizon];
      expect(lost.filter((index) => index < tick)).toEqual(ends);
    }
    expect(rows[tick - 1]).toMatchObject({ session_target: null, straddle_pnl_3: expect.any(Number) });
  });

  it('leaves the labels of an older set where they are', async () => {
    await chainOf(SESSION);
    await label();
    const old = { ...(await registered())!, set: 'tracker-tb15-v1', revision: 1 };
    await ports.registry.switchDayFile(old);
    nowMs += 60_000;
    await label();
    expect(await ports.registry.dayFile('labels', 'tracker-tb15-v1', 'NSE', DATE)).toEqual(old);
  });

  it('says which rate is unknown when a day has no profit or loss', async () => {
    const onBse = aSession({ minutes: 100, date: '2024-09-30' }).map((snapshot) => ({
      ...snapshot,
      exchange: 'BSE' as const,
      expiry: '2024-10-04',
      atm_strike: Math.round(snapshot.underlying_price / 100) * 100,
      legs: snapshot.legs.map(inLotsOfTen),
    }));
    const stages = stagesOf({ ...ports, rules: { ...ports.rules, BSE: bseWithFeesFrom('2024-10-01') } });
    await stages.write(onBse);
    await stages.compact('BSE', '2024-09-30');
    const report = await stages.label('BSE', '2024-09-30');
    expect(report.pnl_missing).toMatch(/costs\.exchange_fee of BSE for 2024-09-30/);
    expect(report.session_labelled).toBeGreaterThan(20);
    const file = (await ports.registry.dayFile('labels', LABEL_SET_ID, 'BSE', '2024-09-30'))!;
    const row = labelRowsOf(await ports.lake.read(file))[65]!;
    expect(row).toMatchObject({ call_pnl_3: null, put_pnl_3: null, straddle_pnl_3: null });
    expect(row).toMatchObject({ return_3: expect.any(Number), ltp_change_atm_ce_3: expect.any(Number) });
  });

  it('says what is wrong with a day without a chain', async () => {
    await expect(label()).rejects.toMatchObject({ name: 'RejectedInput', field: 'date' });
  });

  it('says which day the calendar does not know', async () => {
    const date = '2019-01-02';
    await chainOf([aStoredSnapshot({ timestamp: `${date}T12:35:00+05:30` })], date);
    await expect(label(date)).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining(date),
    });
  });
});
