import { beforeEach, describe, expect, it } from 'vitest';
import { tradedQuotes } from '../../../functions/evaluate/traded-quotes.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { QUOTE_COLUMNS, recordedQuotes } from '../../../shared/domain/evaluation/recorded-quotes.ts';
import type { BatchRegistry } from '../../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { marketOf, recordedChain } from './recorded-market.ts';

const DAYS = ['2025-11-24', '2025-11-25', '2025-11-26'];
const UNRECORDED = '2025-11-27';

let bucket: ObjectStore;
let registry: BatchRegistry;
let asked: { path: string; columns: readonly string[] | undefined }[];
let read: ReturnType<typeof tradedQuotes>;
beforeEach(async () => {
  bucket = memoryObjectStore();
  registry = memoryBatchRegistry();
  for (const day of DAYS) {
    const { row, bytes } = recordedChain(day);
    await bucket.put(row.path, bytes);
    await registry.switchDayFile(row);
  }
  asked = [];
  const files = lakeFiles(bucket, hyparquetCodec);
  const lake: Pick<LakeFiles, 'read'> = {
    read: (file, columns) => {
      asked.push({ path: file.path, columns });
      return files.read(file, columns);
    },
  };
  read = tradedQuotes({ registry, lake });
});

describe('quotes of the traded chain', () => {
  it('are those of the compacted days that are asked for, by column', async () => {
    const { quotes } = await read('NSE_MONTHLY', [DAYS[2]!, DAYS[0]!, UNRECORDED]);
    expect([...quotes.keys()]).toEqual([DAYS[0], DAYS[2]]);
    expect(asked.map(({ path }) => path)).toEqual(
      [DAYS[0]!, DAYS[2]!].map((day) => recordedChain(day).row.path),
    );
    for (const { columns } of asked) expect(columns).toEqual(QUOTE_COLUMNS);
    const whole = recordedQuotes(await hyparquetCodec.read(recordedChain(DAYS[0]!).bytes));
    expect(quotes.get(DAYS[0]!)).toEqual(whole);
    const market = marketOf(DAYS[0]!);
    expect([...quotes.get(DAYS[0]!)!.minutes]).toEqual(market.map(({ minute }) => minute));
  });

  it('name what they were read from: the same days the same, others another', async () => {
    const hash = async (...days: string[]) => (await read('NSE_MONTHLY', days)).quotesHash;
    expect(await hash(DAYS[0]!, DAYS[1]!)).toBe(await hash(DAYS[1]!, DAYS[0]!, UNRECORDED));
    expect(await hash(DAYS[0]!)).not.toBe(await hash(DAYS[1]!));
    expect(await hash(DAYS[0]!)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are none where nothing was recorded or asked for', async () => {
    const none = { quotes: new Map(), quotesHash: null };
    expect(await read('NSE_MONTHLY', [])).toEqual(none);
    expect(await read('NSE_MONTHLY', [UNRECORDED])).toEqual(none);
    expect(await read('BSE', DAYS)).toEqual(none);
  });

  it('are not taken from a file that is not the registered one', async () => {
    await bucket.put(recordedChain(DAYS[1]!).row.path, recordedChain(DAYS[0]!).bytes);
    await expect(read('NSE_MONTHLY', DAYS)).rejects.toMatchObject({ name: 'InvariantViolated' });
  });
});
