import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openRecordedChain } from '../../../../shared/adapters/csv/recorded-chain-file.ts';
import { type ChainSnapshot, chainSnapshotSchema } from '../../../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../../../shared/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'recorded-chain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER =
  'timestamp,exchange,symbol,expiry,strike,option_type,ltp,oi,oi_change,volume,iv,bid,ask,underlying,lot';

function line(time: string, symbol: string, expiry: string, strike: number, type = 'CE'): string {
  const exchange = symbol === 'SENSEX' ? 'BSE' : 'NSE';
  return `2026-07-14 ${time},${exchange},${symbol},${expiry},${strike},${type},120.5,6500,-65,13000,0.2,,120.6,${strike + 11.1},65`;
}

const LINES = [
  line('09:15:00', 'NIFTY', '2026-07-14', 25000),
  line('09:15:00', 'NIFTY', '2026-07-14', 25000, 'PE'),
  line('09:15:00', 'NIFTY', '2026-07-28', 25000),
  line('09:15:00', 'FINNIFTY', '2026-07-28', 26000),
  line('09:16:05', 'NIFTY', '2026-07-21', 25000),
  line('09:16:05', 'BANKNIFTY', '2026-07-28', 57000),
  line('09:17:00', 'SENSEX', '2026-07-16', 81000),
];

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string) {
  const chain = await openRecordedChain(path);
  const before = chain.summary();
  const snapshots: ChainSnapshot[] = [];
  for await (const snapshot of chain.snapshots) snapshots.push(snapshot);
  return { before, snapshots, summary: chain.summary() };
}

async function refusal(path: string): Promise<RejectedInput> {
  const error = await readAll(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RejectedInput);
  expect((error as RejectedInput).message).toContain(path);
  return error as RejectedInput;
}

describe('openRecordedChain', () => {
  test('streams snapshots in the order of time and accounts for every row', async () => {
    const path = file('plain.csv', `${[HEADER, ...LINES].join('\n')}\n`);
    const { before, snapshots, summary } = await readAll(path);
    expect(snapshots.map((s) => [s.timestamp, s.exchange, s.legs.length])).toEqual([
      ['2026-07-14T09:15:00+05:30', 'NSE', 2],
      ['2026-07-14T09:15:00+05:30', 'NSE_MONTHLY', 1],
      ['2026-07-14T09:16:05+05:30', 'BANKNIFTY_MONTHLY', 1],
      ['2026-07-14T09:17:00+05:30', 'BSE', 1],
    ]);
    expect(before).toMatchObject({ rows: 0, totalRows: 7, used: 0, first: undefined });
    expect(summary).toEqual({
      file: path,
      rows: 7,
      totalRows: 7,
      used: 5,
      ivBelowOne: 5,
      skipped: { other_symbol: 1, other_expiry: 1 },
      snapshots: { NSE: 1, NSE_MONTHLY: 1, BANKNIFTY_MONTHLY: 1, BSE: 1 },
      first: '2026-07-14T09:15:00+05:30',
      last: '2026-07-14T09:17:00+05:30',
    });
  });

  test('gzip, a byte-order mark, CRLF, blank lines and reordered columns read the same', async () => {
    const plain = await readAll(file('same.csv', [HEADER, ...LINES].join('\n')));
    const windows = await readAll(file('windows.csv', `\uFEFF${[HEADER, ...LINES].join('\r\n')}\r\n\r\n`));
    const zipped = await readAll(file('zipped.csv.gz', gzipSync([HEADER, ...LINES].join('\n'))));
    const reversed = [HEADER, ...LINES].map((text) => text.split(',').reverse().join(','));
    const reordered = await readAll(file('reordered.csv', reversed.join('\n')));
    expect(plain.snapshots).toHaveLength(4);
    for (const other of [windows, zipped, reordered]) expect(other.snapshots).toEqual(plain.snapshots);
  });

  test('a reader that stops early leaves nothing open', async () => {
    const chain = await openRecordedChain(file('early.csv', [HEADER, ...LINES].join('\n')));
    for await (const snapshot of chain.snapshots) {
      expect(snapshot.exchange).toBe('NSE');
      break;
    }
    expect(chain.summary().rows).toBe(4);
    expect(await chain.snapshots.next()).toEqual({ value: undefined, done: true });
  });
});

test('the check of a long file reports its progress', async () => {
  const rows = Array.from({ length: 20_500 }, (_, i) =>
    line('09:15:00', 'NIFTY', '2026-07-14', 50 * (i + 1)),
  );
  const seen: number[] = [];
  const path = file('long.csv', [HEADER, ...rows].join('\n'));
  const chain = await openRecordedChain(path, { onRowsChecked: (count) => seen.push(count) });
  expect(seen).toEqual([10_000, 20_000]);
  expect(chain.summary().totalRows).toBe(20_500);
});

describe('a file that cannot be imported is refused before its first snapshot', () => {
  test('missing file', async () => {
    const error = await refusal(join(folder, 'nowhere.csv.gz'));
    expect(error.message).toMatch(
      /expected a recorded chain \(.csv or .csv.gz\), was not found; check the path$/,
    );
  });

  test('a folder', async () => {
    expect((await refusal(folder)).message).toMatch(/expected a file, was a folder/);
  });

  test('not gzip although its name says so', async () => {
    expect((await refusal(file('fake.csv.gz', HEADER))).message).toMatch(
      /expected gzip data .*rename it to .csv/,
    );
  });

  test('gzip that was cut off', async () => {
    const whole = gzipSync([HEADER, ...LINES].join('\n'));
    const path = file('cut.csv.gz', whole.subarray(0, whole.length - 20));
    expect((await refusal(path)).message).toMatch(/was cut off; fetch it again$/);
  });

  test('empty, and without rows', async () => {
    expect((await refusal(file('empty.csv', ''))).message).toMatch(
      /:1: expected a header .* was an empty file/,
    );
    expect((await refusal(file('header.csv', HEADER))).message).toMatch(
      /expected at least one row below the header/,
    );
  });

  test('wrong header names the missing columns', async () => {
    const path = file('header-wrong.csv', [HEADER.replace('underlying', 'spot'), ...LINES].join('\n'));
    expect((await refusal(path)).message).toMatch(
      /:1: expected a header .*\(missing: underlying\), was timestamp,/,
    );
  });

  test('a row with a field too few names its line', async () => {
    const broken = [HEADER, LINES[0]!, LINES[1]!.replace(',120.6', ''), LINES[2]!];
    const path = file('short-row.csv', broken.join('\n'));
    expect((await refusal(path)).message).toContain(`${path}:3: expected a readable CSV row`);
  });

  test('an unreadable value names line, column and value', async () => {
    const broken = [HEADER, LINES[0]!, '', LINES[1]!.replace('6500', 'many')];
    const path = file('bad-value.csv', broken.join('\n'));
    const error = await refusal(path);
    expect(error.message).toBe(
      `${path}:4: oi: expected a number of at least 0 or blank, was many; correct or remove the row`,
    );
    expect(error.field).toBe('oi');
  });

  test('falling timestamps', async () => {
    const path = file('unsorted.csv', [HEADER, LINES[4]!, LINES[0]!].join('\n'));
    expect((await refusal(path)).message).toBe(
      `${path}:3: expected timestamps that never fall, was 2026-07-14 09:15:00 after 2026-07-14 09:16:05; sort the file by its timestamp column`,
    );
  });
});

const RECORDED = join(import.meta.dirname, '../../../../../shared/data/chains');
const EXPECTED = {
  'nse_2025-08-29.csv.gz': { rows: 371_566, snapshots: { NSE: 292, BANKNIFTY_MONTHLY: 286 } },
  'nifty_2026-08-18.csv.gz': { rows: 153_990, snapshots: { NSE: 288, NSE_MONTHLY: 288 } },
  'five_indices_2026-07-14_to_17.csv.gz': {
    rows: 83_201,
    snapshots: { NSE: 105, BSE: 99, NSE_MONTHLY: 9, BANKNIFTY_MONTHLY: 105 },
  },
};
const present = Object.entries(EXPECTED).filter(([name]) => existsSync(join(RECORDED, name)));
if (present.length < Object.keys(EXPECTED).length) {
  console.info(
    `recorded chains: ${present.length} of 3 files found in ${RECORDED}; the others are not tested here`,
  );
}

for (const [name, expected] of present) {
  test(`the recorded chain ${name} is imported without losing a row`, async () => {
    const chain = await openRecordedChain(join(RECORDED, name));
    let largestBytes = 0;
    let last = '';
    for await (const snapshot of chain.snapshots) {
      chainSnapshotSchema.parse(snapshot);
      largestBytes = Math.max(largestBytes, JSON.stringify(snapshot).length);
      expect(snapshot.timestamp >= last).toBe(true);
      last = snapshot.timestamp;
    }
    const summary = chain.summary();
    const skipped = Object.values(summary.skipped).reduce((sum, count) => sum + count, 0);
    expect(summary).toMatchObject(expected);
    expect(summary.used + skipped).toBe(expected.rows);
    expect(summary.totalRows).toBe(expected.rows);
    expect(largestBytes).toBeLessThan(900_000);
  }, 180_000);
}
