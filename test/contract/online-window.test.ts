import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { istMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import { aFeatureRow } from '../factories/rows.ts';
import { aSession } from '../factories/session.ts';
import { aLadder, aStoredSnapshot } from '../factories/snapshot.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from './embedded-cloud.ts';
import { memoryOnlineWindow } from './memory-online-window.ts';

let cloud: EmbeddedCloud;
let window: OnlineWindow;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const ADAPTERS: readonly (readonly [string, () => Promise<OnlineWindow>])[] = [
  ['on DynamoDB', async () => dynamoOnlineWindow(cloud.dynamodb, await cloud.table())],
  ['in memory', async () => memoryOnlineWindow()],
];
const DATE = '2025-12-04';
const KEEP_MS = START_MS + 3 * 86_400_000;
const [FROM, TO] = [istMs(DATE, 0), istMs(DATE, 1439)];
const put = (snapshot: StoredSnapshot) => window.putMinute(snapshot, KEEP_MS);
const at = (iso: string, overrides: Partial<StoredSnapshot> = {}) =>
  aStoredSnapshot({ timestamp: iso, ...overrides });

describe.each(ADAPTERS)('OnlineWindow %s: minutes', (_, open) => {
  beforeEach(async () => {
    window = await open();
  });
  it('gives back whole snapshots by time, whatever the order they came in', async () => {
    const session = aSession({ minutes: 5, faults: 0.2 });
    for (const snapshot of session.toReversed()) expect(await put(snapshot)).toBe(true);
    expect(await window.minutes('NSE', DATE, FROM, TO)).toEqual(session);
  });

  it('keeps the newest of a minute; the first put of two with one timestamp', async () => {
    const early = at('2025-12-04T07:05:10.000Z');
    const late = at('2025-12-04T07:05:40.000Z');
    const rival = at('2025-12-04T07:05:40.000Z', { vix: 12 });
    expect([await put(late), await put(early), await put(rival), await put(late)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(await window.minutes('NSE', DATE, FROM, TO)).toEqual([late]);
  });

  it('keeps both bounds to the millisecond, within one exchange and date', async () => {
    const times = ['07:05:10.000', '07:06:20.500', '07:07:59.999'].map((time) => `2025-12-04T${time}Z`);
    for (const time of times) await put(at(time));
    await put(at(times[1]!, { exchange: 'BSE' }));
    const between = async (from: string, to: string) =>
      (await window.minutes('NSE', DATE, Date.parse(from), Date.parse(to))).map(({ timestamp }) => timestamp);
    expect(await between(times[0]!, times[2]!)).toEqual(times);
    expect(await between('2025-12-04T07:05:10.001Z', '2025-12-04T07:07:59.998Z')).toEqual([times[1]]);
    expect(await between('2025-12-04T07:06:30.000Z', '2025-12-04T07:07:10.000Z')).toEqual([]);
    expect(await window.minutes('NSE', '2025-12-03', FROM, TO)).toEqual([]);
  });

  it('finds the last minute up to a moment: one whose newest snapshot is later is none', async () => {
    const times = ['07:05:10.000', '07:06:20.500', '07:07:30.000', '07:07:59.999'];
    for (const time of times) await put(at(`2025-12-04T${time}Z`));
    await put(at('2025-12-04T07:09:00.000Z', { exchange: 'BSE' }));
    const last = async (time: string) =>
      (await window.lastMinute('NSE', DATE, Date.parse(`2025-12-04T${time}Z`)))?.timestamp.slice(11, -1);
    expect(await last('07:09:00.000')).toBe(times[3]);
    expect(await last('07:07:59.999')).toBe(times[3]);
    expect(await last('07:07:59.998')).toBe(times[1]);
    expect(await last('07:06:20.500')).toBe(times[1]);
    expect(await last('07:06:20.499')).toBe(times[0]);
    expect(await last('07:05:09.999')).toBeUndefined();
    expect(await window.lastMinute('NSE', '2025-12-03', TO)).toBeUndefined();
  });

  it('ends with the last of the minutes that it gives, whatever was put and whatever is asked', async () => {
    const session = aSession({ minutes: 4, faults: 0.3 });
    for (const snapshot of session) await put(snapshot);
    for (const { timestamp } of session) {
      for (const off of [-60_000, -1, 0, 1, 30_000]) {
        const toMs = Date.parse(timestamp) + off;
        const expected = (await window.minutes('NSE', DATE, FROM, toMs)).at(-1);
        expect(await window.lastMinute('NSE', DATE, toMs)).toEqual(expected);
      }
    }
  });

  it('holds the largest chain in an item', async () => {
    const large = at('2025-12-04T07:05:00.000Z', { legs: aLadder(26_000, 50, 499) });
    expect(large.legs).toHaveLength(1998);
    await put(large);
    expect(await window.minutes('NSE', DATE, FROM, TO)).toEqual([large]);
  });

  it('lets the newest of racing writers stay', async () => {
    const rivals = [3, 1, 4, 0, 2].map((second) => at(`2025-12-04T07:05:0${second}.000Z`));
    await Promise.all(rivals.map(put));
    expect(await window.minutes('NSE', DATE, FROM, TO)).toEqual([rivals[2]]);
  });
});

describe.each(ADAPTERS)('OnlineWindow %s: feature rows', (_, open) => {
  beforeEach(async () => {
    window = await open();
  });
  const values = [1.1, Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324];

  it('gives back every bit of the values', async () => {
    const row = aFeatureRow(3, values, { quality_flags: ['gap', 'stale_depth'] });
    await window.putFeatureRow(row, KEEP_MS);
    const found = await window.featureRow('NSE', DATE, 'tracker-v2', Date.parse(row.timestamp));
    expect(found).toEqual(row);
    expect(Buffer.from(found!.values.buffer)).toEqual(Buffer.from(row.values.buffer));
  });

  it('takes values that are part of a larger buffer', async () => {
    const matrix = Float64Array.from([0, 0, 0, ...values, 9]);
    await window.putFeatureRow(aFeatureRow(0, [], { values: matrix.subarray(3, 8) }), KEEP_MS);
    const [found] = await window.featureRows('NSE', DATE, 'tracker-v2', FROM, TO);
    expect([...found!.values]).toEqual(values);
  });

  it('finds a row by any moment of its minute, and the last put counts', async () => {
    const row = aFeatureRow(3, [1]);
    const later = { ...aFeatureRow(3, [2]), timestamp: utcIso(Date.parse(row.timestamp) + 20_000) };
    for (const one of [row, later]) await window.putFeatureRow(one, KEEP_MS);
    const find = (ms: number, set = 'tracker-v2') => window.featureRow('NSE', DATE, set, ms);
    const minute = Date.parse(row.timestamp);
    expect(await find(minute + 59_999)).toEqual(later);
    expect(await find(minute + MINUTE_MS)).toBeUndefined();
    expect(await find(minute, 'tracker-v3')).toBeUndefined();
  });

  it('keeps the row of the newest moment of a minute, whoever is slow; of one moment the last put', async () => {
    const row = aFeatureRow(3);
    const at = (seconds: number, value: number) => ({
      ...aFeatureRow(3, [value]),
      timestamp: utcIso(Date.parse(row.timestamp) + seconds * 1000),
    });
    for (const one of [at(20, 2), at(5, 1), at(20, 3)]) await window.putFeatureRow(one, KEEP_MS);
    const find = () => window.featureRow('NSE', DATE, 'tracker-v2', Date.parse(row.timestamp));
    expect(await find()).toEqual(at(20, 3));
    await Promise.all([30, 50, 40, 45, 35].map((second) => window.putFeatureRow(at(second, 4), KEEP_MS)));
    expect(await find()).toEqual(at(50, 4));
  });

  it('lists rows by time within both bounds', async () => {
    const rows = [4, 1, 3, 2].map((minute) => aFeatureRow(minute, [minute]));
    for (const row of rows) await window.putFeatureRow(row, KEEP_MS);
    const bounds = [aFeatureRow(2), aFeatureRow(3)].map(({ timestamp }) => Date.parse(timestamp)) as [
      number,
      number,
    ];
    const found = await window.featureRows('NSE', DATE, 'tracker-v2', ...bounds);
    expect(found.map((row) => row.values[0])).toEqual([2, 3]);
  });

  it('finds the newest row up to a moment, and none where there is none', async () => {
    for (const minute of [1, 3, 2]) await window.putFeatureRow(aFeatureRow(minute, [minute]), KEEP_MS);
    const latest = (ms: number, set = 'tracker-v2') => window.latestFeatureRow('NSE', DATE, set, ms);
    const second = Date.parse(aFeatureRow(2).timestamp);
    expect((await latest(TO))?.values[0]).toBe(3);
    expect((await latest(second))?.values[0]).toBe(2);
    expect((await latest(second - 1))?.values[0]).toBe(1);
    expect(await latest(FROM)).toBeUndefined();
    expect(await latest(TO, 'tracker-v3')).toBeUndefined();
  });
});
