import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRecordedChain } from '../../../../../shared/adapters/csv/recorded-chain-file.ts';
import { qualityPolicy } from '../../../../../shared/config/quality.ts';
import { qualityMarkdown } from '../../../../../shared/domain/market/quality/quality-markdown.ts';
import { qualityReport } from '../../../../../shared/domain/market/quality/quality-report.ts';
import type { ChainSnapshot } from '../../../../../shared/domain/market/snapshot.ts';
import { termsOf } from './simulated.ts';

/** Real recordings lie beside the project, never in it. */
const RECORDED = join(import.meta.dirname, '../../../../../../shared/data/chains');
const FILES = ['nse_2025-08-29.csv.gz', 'nifty_2026-08-18.csv.gz', 'five_indices_2026-07-14_to_17.csv.gz'];
const present = FILES.filter((name) => existsSync(join(RECORDED, name)));
if (present.length < FILES.length) {
  console.info(
    `data quality: ${present.length} of ${FILES.length} recorded chains found; the others are not judged`,
  );
}

test.each(present)('the quality of the recorded chain %s', { timeout: 120_000 }, async (name) => {
  const { snapshots } = await openRecordedChain(join(RECORDED, name));
  const all: ChainSnapshot[] = [];
  for await (const snapshot of snapshots) all.push(snapshot);
  const reports = qualityReport(all, termsOf, qualityPolicy());
  console.info(`${name}\n${qualityMarkdown(reports)}`);
  expect(reports.reduce((sum, report) => sum + report.snapshots, 0)).toBe(all.length);
  for (const { flags, snapshots: count } of reports) {
    // Such recordings have no VIX, and their amounts are in units.
    expect(flags.find(({ flag }) => flag === 'vix_missing')?.snapshots).toBe(count);
    expect(flags.map(({ flag }) => flag)).not.toContain('wrong_unit');
  }
});
