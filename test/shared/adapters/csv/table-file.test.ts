import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { fileKind, TABLES } from '../../../../shared/adapters/csv/file-kind.ts';
import { readTable } from '../../../../shared/adapters/csv/table-file.ts';
import { readJsonLines } from '../../../../shared/adapters/json/json-lines-file.ts';
import { parseRecord, RECOMMENDATION_LOG } from '../../../../shared/domain/audit/imported-records.ts';
import { parseMacroRow } from '../../../../shared/domain/market/import/macro-table.ts';
import { RejectedInput } from '../../../../shared/errors.ts';
import { nseV3Answer } from '../../../factories/chain-answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const macro = (path: string) => readTable(path, TABLES.macro_signals, parseMacroRow);
const log = (path: string) => readJsonLines(path, RECOMMENDATION_LOG, parseRecord);

const MACRO = [
  'id,timestamp,exchange,crude_trend,metadata',
  '1,2025-12-04 12:00:00,NSE,0.5,"{""a"": 1, ""b"": 2}"',
  '2,2025-12-04 12:01:00,MCX,0.5,',
  '3,2025-12-04 12:02:00,NSE,,',
].join('\n');

describe('a table of the tracker', () => {
  it('is read by its header, its rows counted with reasons, also from gzip', async () => {
    for (const path of [fileOf('macro.csv', MACRO), fileOf('macro.csv.gz', gzipSync(MACRO))]) {
      const { rows, total, skipped } = await macro(path);
      expect([rows.length, total, skipped]).toEqual([1, 3, { other_exchange: 1, no_value: 1 }]);
      expect(rows[0]).toMatchObject({ exchange: 'NSE', values: { crude_trend: 0.5 } });
    }
  });

  it('names file, line, column and remedy of what is wrong', async () => {
    const path = fileOf('wrong.csv', 'timestamp,crude_trend\n2025-12-04 12:00:00,1\nnoon,1\n');
    await expect(macro(path)).rejects.toThrow(
      `${path}:3: timestamp: expected a time like 2025-12-04 12:35:00, was noon; correct or remove the row`,
    );
  });

  it('lists the columns that a header lacks', async () => {
    const path = fileOf('other.csv', 'when,crude_trend\n');
    await expect(macro(path)).rejects.toThrow('without timestamp or as_of or time');
    await expect(macro(fileOf('empty.csv', ''))).rejects.toThrow('was an empty file');
  });
});

const LINES = [
  '{"timestamp": "2025-12-04T12:00:00", "exchange": "NSE", "signal": "BUY", "confidence": 0.6, "extra": {"x": 1}}',
  '',
  '{"timestamp": "2025-12-04T12:01:00", "exchange": "NFO", "signal": "HOLD", "confidence": null}',
  '{"timestamp": "2025-12-04T12:02:00", "exchange": "BSE", "signal": "SELL"}',
];

describe('a log of JSON lines', () => {
  it('is read line by line, kept whole, and skipped with reasons', async () => {
    for (const path of [
      fileOf('log.jsonl', `${LINES.join('\n')}\n`),
      fileOf('log.jsonl.gz', gzipSync(LINES.join('\r\n'))),
    ]) {
      const { rows, total, skipped } = await log(path);
      expect(rows.map(({ exchange, action }) => `${exchange} ${action}`)).toEqual(['NSE BUY', 'BSE SELL']);
      expect([total, skipped]).toEqual([3, { other_exchange: 1 }]);
      expect(JSON.parse(rows[0]!.record)).toMatchObject({ extra: { x: 1 } });
    }
  });

  it('leaves out a last line that has no end yet, and refuses a broken one before it', async () => {
    const growing = [LINES[0], '{"timestamp": "2025-12-04T12:0'].join('\n');
    expect(await log(fileOf('growing.jsonl', growing))).toMatchObject({ total: 2, skipped: { cut_off: 1 } });
    const broken = fileOf('broken.jsonl', [growing, LINES[0]].join('\n'));
    await expect(log(broken)).rejects.toThrow(/broken\.jsonl:2: expected a JSON object, was /);
  });

  it('names file, line and field of what is wrong', async () => {
    const path = fileOf('odd.jsonl', LINES[0]!.replace('BUY', 'MAYBE'));
    await expect(log(path)).rejects.toThrow(/odd\.jsonl:1: signal: expected BUY, SELL, HOLD or blank/);
    await expect(log(join(folder, 'none.jsonl'))).rejects.toThrow(/was not found; check the path/);
    const notGzip = fileOf('plain.jsonl.gz', LINES.join('\n'));
    await expect(log(notGzip)).rejects.toThrow(RejectedInput);
  });
});

describe('a file is known by what is in it', () => {
  const CHAIN = 'timestamp,symbol,expiry,strike,option_type,ltp,oi,volume,iv,bid,ask,underlying\n';
  const SPARSE = 'timestamp,exchange,strike,option_type,symbol,oi,underlying_price,time_to_expiry_seconds\n';
  it.each([
    ['a recorded chain', CHAIN, { kind: 'chain' }],
    ['a sparse export', SPARSE, { kind: 'chain' }],
    ['an answer of an exchange', JSON.stringify(nseV3Answer('21-07-2026')), { kind: 'chain' }],
    ['an answer over many lines', JSON.stringify(nseV3Answer('21-07-2026'), null, 2), { kind: 'chain' }],
    ['macro signals', MACRO, { kind: 'table', table: 'macro_signals' }],
    [
      'the term structure of VIX',
      'timestamp,exchange,current_vix,contango_pct\n',
      { kind: 'table', table: 'vix_term_structure' },
    ],
    [
      'books',
      'timestamp,tradingsymbol,side,level,price,quantity,orders\n',
      { kind: 'table', table: 'order_book_depth_snapshots' },
    ],
    [
      'features, among them those of macro',
      'timestamp,exchange,pcr_total_oi,macro_crude_trend,macro_fii_dii_net,vix_contango_pct\n',
      { kind: 'table', table: 'ml_features' },
    ],
    [
      'what the paper trader did',
      'timestamp,exchange,executed,reason,signal,pnl\n',
      { kind: 'table', table: 'paper_trading_metrics' },
    ],
    ['a recommendation log', LINES.join('\n'), { kind: 'recommendation_log' }],
  ])('%s', async (name, content, kind) => {
    expect(await fileKind(fileOf(`${name.replaceAll(' ', '-')}.txt`, content))).toEqual(kind);
  });

  const refusal = (name: string, content: string) =>
    fileKind(fileOf(name, content)).then(
      () => expect.unreachable('expected a refusal'),
      (error: Error) => error.message,
    );

  it('or refused: the file, the kinds without their columns, what it was, what to do', async () => {
    const message = await refusal('odd.csv', 'timestamp,exchange,fii_buy\n1,2,3\n');
    expect(message).toMatch(/odd\.csv: expected one of: recorded chain CSV; /);
    for (const table of ['macro_signals', 'ml_features', 'recommendation log'])
      expect(message).toContain(table);
    expect(message).not.toMatch(/fii_dii_net|term_spread|tradingsymbol/);
    expect(message).toMatch(
      /; was a file that begins timestamp,exchange,fii_buy; leave it out, or export it as one of these$/,
    );
    expect(message.length).toBeLessThan(650);
  });

  it.each([
    ['day,crude_trend', 'for macro_signals it lacks timestamp or as_of or time'],
    [
      'timestamp,symbol,side,level,price',
      'for order_book_depth_snapshots it lacks quantity or qty or level_quantity',
    ],
    ['timestamp,pnl', 'for paper_trading_metrics it lacks exchange or segment'],
    [
      'timestamp,symbol,expiry,strike,option_type,ltp,oi,volume,iv,bid,ask',
      'for recorded chain CSV it lacks underlying',
    ],
  ])('%s is nearly one, and told which columns it lacks', async (header, lacks) => {
    expect(await refusal('near.csv', `${header}\n`)).toContain(`${lacks}; export it with that`);
  });

  it.each([
    ['date,open,high,low,close'],
    ['timestamp,price'],
    ['timestamp,exchange'],
    ['timestamp,exchange,symbol'],
  ])('%s is nearly none', async (header) =>
    expect(await refusal('far.csv', `${header}\n`)).not.toContain('it lacks'),
  );

  it('an empty file is said to be empty', async () => {
    for (const content of ['', '\n \n', '\uFEFF']) {
      expect(await refusal('nothing.csv', content)).toMatch(/was an empty file; export it again$/);
    }
    expect(await refusal('binary.csv', 'a\0b')).toContain('was binary data; leave it out');
  });
});
