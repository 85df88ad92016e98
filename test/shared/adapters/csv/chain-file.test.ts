import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openChainFile } from '../../../../shared/adapters/csv/chain-file.ts';
import { openRecordedChain } from '../../../../shared/adapters/csv/recorded-chain-file.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { FILE_FORMS } from '../../../../shared/domain/market/import/file-form.ts';
import { type ChainSnapshot, chainSnapshotSchema } from '../../../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../../../shared/errors.ts';
import { bseAnswer, nse2020Answer, nseV3Answer } from '../../../factories/chain-answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'chain-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string) {
  const chain = await openChainFile(path, exchangesRules());
  const snapshots: ChainSnapshot[] = [];
  for await (const snapshot of chain.snapshots) snapshots.push(chainSnapshotSchema.parse(snapshot));
  const summary = chain.summary();
  const skipped = Object.values(summary.skipped).reduce<number>((sum, count) => sum + count!, 0);
  expect(summary.used + skipped).toBe(summary.totalRows);
  expect(summary.rows).toBe(summary.totalRows);
  return { snapshots, summary };
}

const refusal = (path: string) =>
  openChainFile(path, exchangesRules()).then(
    () => expect.unreachable('expected a refusal'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(RejectedInput);
      return (error as RejectedInput).message;
    },
  );

const RECORDED = [
  'timestamp,symbol,expiry,strike,option_type,ltp,oi,volume,iv,bid,ask,underlying',
  '2026-07-14 09:15:00,NIFTY,2026-07-14,25000,CE,120.5,6500,13000,12,120.4,120.6,25011.1',
].join('\n');

const EXPORT = [
  'id,timestamp,exchange,strike,option_type,symbol,oi,ltp,token,underlying_price,moneyness,time_to_expiry_seconds,pct_change_3m,iv,volume,created_at',
  '4,2025-12-04 12:36:00,NSE,26000.0,PE,NIFTY25D0926000PE,2250.0,99.5,11,26030.0,OTM,442440,0.5,11.2,99000,2025-12-04 12:36:00',
  '3,2025-12-04 12:36:00,MCX,6000.0,PE,CRUDE,1.0,1.0,12,6000.0,OTM,442440,,,,2025-12-04 12:36:00',
  '1,2025-12-04 12:35:00,NSE,26000.0,CE,NIFTY25D0926000CE,7500.0,132.2,10,26028.1,ITM,442500,,10.7,98000,2025-12-04 12:35:00',
  '2,2025-12-04 12:35:00,NSE,26000.0,PE,NIFTY25D0926000PE,1500.0,98.0,11,26028.1,OTM,442500,,11.1,97000,2025-12-04 12:35:00',
].join('\n');

describe('a file is known by its content', () => {
  test('recorded chain: as its own reader has it', async () => {
    const path = file('recorded.data', RECORDED);
    const own = await openRecordedChain(path);
    const { snapshots, summary } = await readAll(path);
    for await (const snapshot of own.snapshots) expect(snapshots).toEqual([snapshot]);
    expect(summary).toEqual(own.summary());
  });

  test("the tracker's export, newest first: sorted, carried, marked", async () => {
    const { snapshots, summary } = await readAll(file('today.csv.gz', gzipSync(EXPORT)));
    expect(snapshots.map(({ timestamp, legs }) => [timestamp, ...legs.map(({ oi }) => oi)])).toEqual([
      ['2025-12-04T12:35:00+05:30', 7500, 1500],
      ['2025-12-04T12:36:00+05:30', 7500, 2250],
    ]);
    expect(
      snapshots.flatMap(({ legs }) => legs).every(({ ltp, iv, volume }) => (ltp ?? iv ?? volume) === null),
    ).toBe(true);
    expect(summary).toMatchObject({
      ...{ form: 'tracker_export', totalRows: 4, used: 3, skipped: { other_exchange: 1 }, carriedLegs: 1 },
      ...{ flags: ['imported_sparse'], snapshots: { NSE: 2 } },
    });
  });

  test.each([
    ['nse_v3', nseV3Answer(), 6, { NSE: 1 }],
    [
      'nse_2020',
      nse2020Answer(['13-Aug-2020', '27-Aug-2020', '03-Sep-2020']),
      72,
      { NSE: 1, NSE_MONTHLY: 1 },
    ],
    ['bse', bseAnswer(), 4, { BSE: 1 }],
  ])('%s, plain, indented, with a byte-order mark, and compressed', async (form, answer, rows, snapshots) => {
    const plain = await readAll(file(`${form}.json`, JSON.stringify(answer)));
    expect(plain.summary).toMatchObject({ form, totalRows: rows, snapshots });
    const indented = await readAll(file(`${form}.txt`, `\uFEFF\n${JSON.stringify(answer, null, 2)}`));
    const zipped = await readAll(file(`${form}.json.gz`, gzipSync(JSON.stringify(answer))));
    for (const other of [indented, zipped]) expect(other.snapshots).toEqual(plain.snapshots);
  });
});

describe('a file that cannot be imported is refused', () => {
  test.each([
    [
      'a JSON file of another kind',
      'other.json',
      '{"name":"x","data":[]}',
      'was JSON with the keys name, data',
    ],
    ['an array', 'array.json', '[1]', 'was JSON with no object at its top'],
    ['another CSV', 'other.csv', 'datetime,open\n2026-07-14,1', 'was a file that begins datetime,open'],
    ['an empty file', 'empty.csv', '', 'was an empty file'],
    ['binary data', 'binary.bin', Buffer.from([0x50, 0, 1, 2]), 'was binary data'],
  ])('%s: all known forms are named', async (_kind, name, content, was) => {
    const message = await refusal(file(name, content));
    for (const form of Object.values(FILE_FORMS)) expect(message).toContain(form);
    expect(message).toContain(`${name}: expected one of`);
    expect(message).toContain(was);
  });

  test('a CSV that lacks a column is told which', async () => {
    expect(await refusal(file('near.csv', RECORDED.replace('underlying', 'spot')))).toMatch(
      /for recorded chain CSV it lacks underlying$/,
    );
    expect(await refusal(file('near-export.csv', EXPORT.replace('time_to_expiry_seconds', 'tte')))).toMatch(
      /as CSV it lacks time_to_expiry_seconds$/,
    );
  });

  test.each([
    ['missing', 'nowhere.json', undefined, /expected a file to import, was not found; check the path$/],
    ['gzip under a plain name', 'zip.csv', gzipSync(EXPORT), /was gzip data; rename it to end in .gz$/],
    ['plain under a gzip name', 'plain.json.gz', '{"a":1}', /expected gzip data .* rename it to .json/],
    ['cut off', 'cut.json', '{"records":', /cut.json: expected JSON, was not \(/],
    [
      'a row that cannot be read',
      'row.csv',
      EXPORT.replace('2250.0', 'many'),
      /row.csv:2: oi: expected a number/,
    ],
    [
      'an export without rows',
      'head.csv',
      EXPORT.split('\n')[0],
      /expected at least one row below the header/,
    ],
  ])('%s', async (_kind, name, content, expected) => {
    expect(await refusal(content === undefined ? join(folder, name) : file(name, content))).toMatch(expected);
  });

  test('a folder, and an answer with a wrong value names file and field', async () => {
    expect(await refusal(folder)).toMatch(/expected a file, was a folder/);
    const answer = { ...nseV3Answer(), timestamp: 'yesterday' };
    expect(await refusal(file('when.json', JSON.stringify(answer)))).toMatch(
      /when.json: timestamp: expected a time like/,
    );
  });
});

const ANSWERS = join(import.meta.dirname, '../../../../../shared/data/json');
/** Sums of the answers in lots, calls first; the BSE and 2020 forms state them themselves. */
const EXPECTED = [
  { name: 'bse_option_chain_sensex.json', rows: 368, chain: 'BSE', lots: [481_275, 646_957], lot: 20 },
  {
    name: 'nse_option_chain_2020_nifty.json.gz',
    rows: 1862,
    chain: 'NSE',
    lots: [256_548, 313_964],
    lot: 75,
  },
  { name: 'nse_option_chain_v3_nifty.json', rows: 198, chain: 'NSE', lots: [2_191_199, 2_788_546], lot: 65 },
];
const present = EXPECTED.filter(({ name }) => existsSync(join(ANSWERS, name)));
if (present.length < EXPECTED.length) {
  console.info(
    `exchange answers: ${present.length} of 3 files found in ${ANSWERS}; the others are not tested here`,
  );
}

for (const { name, rows, chain, lots, lot } of present) {
  test(`the answer ${name} is imported without losing a row or a lot`, async () => {
    const { snapshots, summary } = await readAll(join(ANSWERS, name));
    expect(summary.totalRows).toBe(rows);
    const { legs } = snapshots.find(({ exchange }) => exchange === chain)!;
    const total = (type: string) =>
      legs.reduce((sum, { option_type, oi }) => sum + (option_type === type ? (oi ?? 0) : 0), 0);
    expect([total('CE'), total('PE')]).toEqual(lots.map((each) => each * lot));
  });
}
