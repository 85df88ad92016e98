import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRecordedChain } from '../../../../shared/adapters/csv/recorded-chain-file.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../../../shared/config/quality.ts';
import { labelChain } from '../../../../shared/domain/labels/label-chain.ts';
import { HORIZONS, type LABEL_COLUMNS, type LabelRow } from '../../../../shared/domain/labels/label-row.ts';
import { compactDay } from '../../../../shared/domain/lake/compaction.ts';
import { epochMs, sessionDate } from '../../../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';

const RECORDED = join(import.meta.dirname, '../../../../../shared/data/chains');
const reason = existsSync(RECORDED) ? '' : ` (skipped: expected recorded chains in ${RECORDED}, was none)`;

/** Label rows by exchange and day of a recorded file. */
async function labelsOf(file: string): Promise<Map<string, LabelRow[]>> {
  const chain = await openRecordedChain(join(RECORDED, file));
  const days = new Map<string, StoredSnapshot[]>();
  let read = 0;
  for await (const snapshot of chain.snapshots) {
    const name = `${snapshot.exchange} ${sessionDate(epochMs(snapshot.timestamp))}`;
    const day = days.get(name) ?? [];
    days.set(name, day);
    read += 1;
    const { timestamp } = snapshot;
    day.push({ ...snapshot, snapshot_id: `${read}`, received_at: timestamp, recorded_at: timestamp });
  }
  return new Map(
    Array.from(days, ([day, snapshots]) => {
      const rules = exchangesRules()[day.split(' ')[0] as Exchange];
      const made = { rules, quality: qualityPolicy() };
      return [day, labelChain(compactDay(snapshots).snapshots, made, 'some-set')] as const;
    }),
  );
}

const known = (labels: readonly LabelRow[], name: (typeof LABEL_COLUMNS)[number]) =>
  labels.flatMap((label) => label[name] ?? []) as number[];
const share = (values: readonly number[], wanted: number) =>
  values.filter((value) => value === wanted).length / values.length;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(reason !== '')(`labels of recorded chains${reason}`, () => {
  it('of a day a minute apart are balanced, weighed, and cost what trading costs', async () => {
    for (const [day, labels] of await labelsOf('nifty_2026-08-18.csv.gz')) {
      const auction = labels.filter(({ timestamp }) => timestamp > '2026-08-18T09:45:30');
      expect(auction, day).toHaveLength(15);
      expect([...known(auction, 'return_3'), ...known(auction, 'target')], day).toEqual([]);
      // The index stands still there: from the third minute on what is recorded is not this market's.
      expect(known(auction, 'straddle_pnl_3'), day).toEqual([]);
      const targets = known(labels, 'session_target');
      expect(targets.length, day).toBeGreaterThan(200);
      for (const side of [-1, 0, 1]) {
        expect(share(targets, side), `${day} ${side}`).toBeGreaterThan(0.2);
        expect(share(targets, side), `${day} ${side}`).toBeLessThan(0.55);
      }
      expect(mean(known(labels, 'session_uniqueness')), day).toBeLessThan(0.15);
      for (const horizon of HORIZONS) {
        expect(known(labels, `return_${horizon}`).length, day).toBeGreaterThan(240);
        expect(mean(known(labels, `straddle_pnl_${horizon}`)), day).toBeLessThan(-100);
        expect(known(labels, `oi_change_ce_${horizon}`).length, day).toBeGreaterThan(250);
      }
    }
  });

  it('of days a quarter of an hour apart have no barriers', async () => {
    const days = await labelsOf('five_indices_2026-07-14_to_17.csv.gz');
    expect(days.size).toBeGreaterThan(10);
    const labels = [...days.values()].flat();
    expect(known(labels, 'target').length + known(labels, 'session_target').length).toBe(0);
    expect(known(labels, 'return_15').length).toBeGreaterThan(30);
  });
});
