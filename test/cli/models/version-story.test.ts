import { beforeEach, describe, expect, it } from 'vitest';
import { showVersion } from '../../../cli/models/show-version.ts';
import { versionStory } from '../../../cli/models/version-story.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { memoryObjectStore } from '../../contract/memory-ports.ts';
import { aHistoryRow } from '../../factories/registry.ts';
import { listening, storedVersion } from './version-world.ts';

let bucket: ObjectStore;
let row: ModelVersion;
beforeEach(async () => {
  bucket = memoryObjectStore();
  row = await storedVersion(bucket);
});

const shownOf = async (of = row, history: Parameters<typeof versionStory>[2] = []) => {
  const { output, lines } = listening();
  showVersion(await versionStory(bucket, of, history), output);
  return lines();
};

describe('everything about one version', () => {
  it('says what it is, from what, and that its files are the registered ones', async () => {
    const lines = await shownOf();
    expect(lines.slice(0, 8)).toEqual([
      `NSE tb15 ${row.version}: LIVE`,
      '  family lightgbm, 10 rounds; feature set tracker-v2 (1 feature)',
      '  dataset 2025-12-03 (content eeeeeeeeeeeeeeee), learnt through 2025-11-20',
      '  made 2025-12-03 16:00 IST by code 1.0.0',
      '  backend onnx',
      `  bundle ${row.bundle_hash}`,
      '    verified: 3 files, 0.0 MB, every hash as registered',
      `  logic  ${row.logic_hash}`,
    ]);
  });

  it('lists the verdict rule by rule, the backtest of both and the calibration', async () => {
    const lines = await shownOf();
    expect(lines).toContain(
      'verdict: REFUSED by sharpe (refresh, against 2025-12-01-cccccccc), 2025-12-04 16:30 IST, profile standard',
    );
    const rule = (name: string) => lines.find((line) => line.startsWith(name))!.split(/ {2,}/);
    expect(rule('sharpe')).toEqual(['sharpe', 'FAIL', '0.21', '0.3', '0', 'too little']);
    expect(rule('export-exact')).toEqual(['export-exact', 'pass', '2.2e-16', '-', '0.000001', 'equal']);
    expect(rule('feature-parity')[1]).toBe('-');
    const numbers = ['1.23 %', '0.21', '55.00 %', '1.1', '3.40 %', '0.6', '0.7', '0.021'];
    const both = lines.filter((line) => /^(candidate|production) /.test(line));
    expect(both.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['candidate', '4', '2', '120', ...numbers],
      ['production', '4', '2', '100', ...numbers],
    ]);
    expect(lines).toContain(
      'calibration: platt; out of fold ECE 0.05 before, 0.02 after, log-loss 1 before, 0.95 after',
    );
  });

  it('shows its own deployments with their class, and where its reports are', async () => {
    const own = aHistoryRow({ to_version: row.version, compliance_class: 'parameters' });
    const lines = await shownOf(row, [own, aHistoryRow({ to_version: 'another' })]);
    expect(lines.filter((line) => line.includes('promoted'))).toHaveLength(1);
    expect(lines.find((line) => line.includes('promoted'))).toContain('parameters');
    expect(lines).toContain('reports: 3 files in the lake');
    expect(lines).toContain(`  reports/NSE/tb15/${row.version}/verdict.json`);
    expect(await shownOf()).toContain('history: never promoted, never refused');
  });

  it('says which file is not as it was registered', async () => {
    await bucket.put(`${row.bundle_prefix}model.onnx`, 'another graph');
    const problem = (await shownOf()).find((line) => line.includes('NOT VERIFIED'))!;
    expect(problem).toMatch(/model\.onnx: expected SHA-256 [0-9a-f]{64}, was [0-9a-f]{64}/);
    await bucket.remove([`${row.bundle_prefix}bundle.json`]);
    expect((await shownOf()).join()).toContain(
      'NOT VERIFIED: bundle.json: expected in the bundle, was absent',
    );
  });

  it('says that a whole bundle is not the registered one', async () => {
    const story = await versionStory(bucket, { ...row, bundle_hash: 'd'.repeat(64) }, []);
    expect(story.proof).toMatchObject({ ok: false, problem: expect.stringContaining('registered bundle') });
  });

  it('does not show a verdict that was changed or is gone, and says so', async () => {
    await bucket.put(row.verdict_key!, '{"pass":true}');
    const changed = await versionStory(bucket, row, []);
    expect(changed.verdict).toBeNull();
    expect(changed.verdictProblem).toContain('expected SHA-256');
    await bucket.remove([row.verdict_key!]);
    expect((await shownOf()).join()).toContain('verdict: NOT VERIFIED');
  });

  it('of a version that nobody judged says how to get a verdict', async () => {
    const lines = await shownOf({ ...row, verdict_key: null, verdict_hash: null, verdict_pass: null });
    expect(lines).toContain('verdict: none yet; ./oi models judge asks for one');
  });
});
