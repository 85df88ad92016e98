import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { postChain } from '../../cli/commands/backfill.ts';
import { openOutput } from '../../cli/output.ts';
import { openChainFile } from '../../shared/adapters/csv/chain-file.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { acceptSnapshots } from '../../shared/domain/market/accept.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Api, ApiCall } from '../../shared/ports/api.ts';
import { bseAnswer, nseV3Answer } from '../factories/chain-answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'backfill-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The API's own judgement, at a fixed time. */
const api: Api = {
  async call<T>({ body }: ApiCall): Promise<T> {
    const { accepted, rejected } = acceptSnapshots(body, {
      recordedAt: '2026-09-01T10:00:00.000Z',
      backfill: true,
    });
    return { accepted: accepted.length, rejected } as T;
  },
};

async function backfilled(name: string, content: string) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const shown = new PassThrough();
  const output = openOutput(
    false,
    shown as unknown as typeof process.stdout,
    new PassThrough() as unknown as typeof process.stderr,
  );
  const expected: ChainSnapshot[] = [];
  const arrival = { expect: (snapshot: ChainSnapshot) => void expected.push(snapshot) };
  const chain = await openChainFile(path, exchangesRules());
  const report = await postChain(api, path, chain, output, arrival);
  return { ...report, expected, text: String(shown.read() ?? '') };
}

const EXPORT = [
  'timestamp,exchange,strike,option_type,symbol,oi,underlying_price,time_to_expiry_seconds',
  '2025-12-04 12:35:00,NSE,26000,CE,NIFTY25D0926000CE,7500,,442500',
  '2025-12-04 12:36:00,NSE,26000,PE,NIFTY25D0926000PE,2250,26030,442440',
].join('\n');

describe('backfill of a file of any form', () => {
  it('posts an answer of the exchange and accounts for its rows', async () => {
    const { posted, expected, text } = await backfilled('bse.json', JSON.stringify(bseAnswer()));
    expect(posted).toEqual({ posted: 1, accepted: 1, rejected: [] });
    expect(expected.map(({ exchange }) => exchange)).toEqual(['BSE']);
    expect(text).toContain('BSE option-chain JSON');
    expect(text).toContain('bse.json: 4 rows, 2 used, 1 snapshots accepted');
    expect(text).toContain('2 rows skipped: no price, quote, volatility, open interest or volume');
  });

  it('says what an answer without a followed chain was', async () => {
    const { posted, text } = await backfilled('far.json', JSON.stringify(nseV3Answer('21-07-2026')));
    expect(posted.posted).toBe(0);
    expect(text).toContain('6 rows skipped: neither the nearest expiry of the day nor the last of the month');
  });

  it("marks the tracker's export as sparse, and gives its own reasons", async () => {
    const { summary, posted, text } = await backfilled('export.csv', EXPORT);
    expect(posted.accepted).toBe(1);
    expect(summary.flags).toEqual(['imported_sparse']);
    expect(text).toContain(
      '1 rows skipped: no price of the underlying at that moment; the open interest is carried',
    );
    expect(text).toContain('imported_sparse: open interest carried between changes; no prices');
  });
});
