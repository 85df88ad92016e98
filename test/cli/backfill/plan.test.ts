import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fileKey, keyWith } from '../../../cli/backfill/file-key.ts';
import { markChain, openLedger, postedOtherwise } from '../../../cli/backfill/ledger.ts';
import { planBackfill } from '../../../cli/backfill/plan.ts';
import { RejectedInput } from '../../../shared/errors.ts';

/** The ledgers live in a folder of this test's own. */
const folder = vi.hoisted(() => {
  const made = process.getBuiltinModule('node:fs').mkdtempSync('/tmp/ledger-');
  process.env['OI_ENVIRONMENTS'] = made;
  return made;
});
const files = mkdtempSync(join(tmpdir(), 'plan-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(files, { recursive: true });
});

function fileOf(name: string, content: string): string {
  const path = join(files, name);
  writeFileSync(path, content);
  return path;
}

const CHAIN = 'timestamp,symbol,expiry,strike,option_type,ltp,oi,volume,iv,bid,ask,underlying\n';
const MACRO = 'timestamp,crude_trend\n';
const FEATURES = 'timestamp,exchange,pcr_total_oi\n';

describe('a plan', () => {
  it('sorts files by what becomes of them, whatever they are called', async () => {
    const plan = await planBackfill([
      fileOf('a.txt', MACRO),
      fileOf('b.csv', CHAIN),
      fileOf('c.csv', FEATURES),
      fileOf('d.log', '{"timestamp": "2025-12-04 12:00", "exchange": "NSE", "signal": "BUY"}\n'),
    ]);
    const names = (of: readonly { file: string }[]) => of.map(({ file }) => file.slice(-5));
    expect(names(plan.chains)).toEqual(['b.csv']);
    expect(plan.supplements.map(({ table }) => table)).toEqual(['macro_signals']);
    expect(plan.records.map(({ table }) => table)).toEqual(['ml_features', 'recommendation_log']);
  });

  it('takes the same content once', async () => {
    const plan = await planBackfill([fileOf('b.csv', CHAIN), fileOf('again.csv', CHAIN)]);
    expect(plan.chains).toHaveLength(1);
  });

  it('refuses an unknown file before anything is posted, and one that is not there', async () => {
    await expect(planBackfill([fileOf('b.csv', CHAIN), fileOf('x.csv', 'a,b\n')])).rejects.toThrow(
      RejectedInput,
    );
    await expect(planBackfill([join(files, 'none.csv')])).rejects.toThrow('was not found');
  });

  it('refuses tables that complete snapshots where no file has any: their rows would be kept nowhere', async () => {
    await expect(planBackfill([fileOf('macro.csv', MACRO), fileOf('c.csv', FEATURES)])).rejects.toThrow(
      'macro.csv: expected the chain it completes, was a macro_signals alone; name both in one command',
    );
  });
});

describe('the key of a file', () => {
  it('is its content, not its name', async () => {
    const [a, b, c] = await Promise.all(
      [fileOf('k1', 'same'), fileOf('k2', 'same'), fileOf('k3', 'other')].map(fileKey),
    );
    expect([a, a!.length]).toEqual([b, 64]);
    expect(c).not.toBe(a);
  });

  it('is another one with other tables, in whatever order those are given', () => {
    expect(keyWith('a', [])).toBe('a');
    expect(keyWith('a', ['m', 'v'])).toBe(keyWith('a', ['v', 'm']));
    expect(new Set([keyWith('a', ['m']), keyWith('a', ['v']), keyWith('a', ['m', 'v'])]).size).toBe(3);
  });
});

describe('a ledger', () => {
  const entry = { schema: 1 as const, file: 'f', settled: 60, accepted: 59, rejected: [], done: false };

  it('remembers by environment, and leaves nothing half written', () => {
    const ledger = openLedger('one');
    expect(ledger.entry('k')).toBeUndefined();
    ledger.put('k', entry);
    ledger.put('k', { ...entry, settled: 120, done: true });
    expect(openLedger('one').entry('k')).toMatchObject({ settled: 120, done: true });
    expect(openLedger('two').entry('k')).toBeUndefined();
    expect(readdirSync(join(folder, 'one', 'backfill'))).toEqual(['k.json']);
    expect(ledger.path('page.md')).toBe(join(folder, 'one', 'backfill', 'page.md'));
  });

  it.each(['', '{', '{"schema": 2}', 'null'])('forgets what it cannot read: %j', (text) => {
    const ledger = openLedger('one');
    ledger.put('odd', entry);
    writeFileSync(ledger.path('odd.json'), text);
    expect(ledger.entry('odd')).toBeUndefined();
  });

  it('knows a chain that came before with other tables, in whatever order', () => {
    const ledger = openLedger('three');
    expect(postedOtherwise(ledger, 'own', keyWith('own', ['macro']))).toBe(false);
    ledger.put('own', entry);
    expect(postedOtherwise(ledger, 'own', 'own')).toBe(false);
    expect(postedOtherwise(ledger, 'own', keyWith('own', ['macro']))).toBe(true);

    ledger.put(keyWith('late', ['macro']), entry);
    markChain(ledger, 'late', 'late.csv');
    expect(postedOtherwise(ledger, 'late', keyWith('late', ['macro']))).toBe(false);
    expect(postedOtherwise(ledger, 'late', 'late')).toBe(true);
    expect(postedOtherwise(ledger, 'other', 'other')).toBe(false);
  });
});
