import { computeDay } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { withQuality } from '../../shared/domain/features/row-quality.ts';
import { windowTerms } from '../../shared/domain/features/window.ts';
import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { countedOf, minutesOfDay } from '../../shared/domain/lake/compaction.ts';
import { featuresKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

interface Ports {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly window: OnlineWindow;
  readonly featureSet: FeatureSet;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly clock: Clock;
}

export interface FeatureDayReport {
  readonly path: string;
  readonly rows: number;
  /** Minutes with too little history for a row. */
  readonly minutes_without_features: number;
  readonly served: number;
  /** Of the rows served live, how many the lake repeats bit for bit. */
  readonly equal: number;
}

/**
 * Makes a day's feature rows in bulk from its compacted chain, by the same functions that serve them live, and says
 * how many of the rows that were served come out the same bit for bit.
 * @throws RejectedInput when the day was not compacted.
 */
export function buildFeatureDay(ports: Ports) {
  return async (exchange: Exchange, date: string): Promise<FeatureDayReport> => {
    const { registry, lake, featureSet, clock } = ports;
    const chain = await registry.dayFile('chain', 'chain', exchange, date);
    if (chain === undefined) {
      throw new RejectedInput(`date: expected a compacted chain of ${exchange} on ${date}, was none`, {
        field: 'date',
      });
    }
    const snapshots = snapshotsOf(await lake.read(chain));
    const counted = countedOf(snapshots);
    const judge = { terms: qualityTerms(date, ports.rules[exchange]), policy: ports.quality };
    const plain = computeDay(counted, featureSet, windowTerms(date, ports.rules[exchange]));
    const rows = withQuality(plain, counted, judge);
    const parity = await compareWithServed(ports, exchange, date, rows);
    const table = featureTable(rows, featureNames(featureSet));
    const file = await lake.write(table, (sha256) => featuresKey(featureSet.id, exchange, date, sha256));
    const before = await registry.dayFile('features', featureSet.id, exchange, date);
    const row: DayFileRow = {
      kind: 'features',
      set: featureSet.id,
      exchange,
      date,
      ...file,
      rows: rows.length,
      source_sha256: chain.sha256,
      last_recorded_at: chain.last_recorded_at,
      created_at: utcIso(clock()),
      batch_ids: [],
      parity,
      revision: (before?.revision ?? 0) + 1,
    };
    if (before === undefined || !saysTheSame(before, row)) await registry.switchDayFile(row);
    return {
      path: row.path,
      rows: rows.length,
      minutes_without_features: minutesOfDay(snapshots).length - rows.length,
      ...parity,
    };
  };
}

/** A new chain with the same features is still a new source: the dataset joins what comes from one chain. */
function saysTheSame(before: DayFileRow, row: DayFileRow): boolean {
  return (
    before.sha256 === row.sha256 &&
    before.source_sha256 === row.source_sha256 &&
    before.parity?.served === row.parity?.served &&
    before.parity?.equal === row.parity?.equal
  );
}

async function compareWithServed(
  { window, featureSet }: Ports,
  exchange: Exchange,
  date: string,
  rows: readonly FeatureRow[],
): Promise<{ served: number; equal: number }> {
  const from = istMs(date, 0);
  const served = await window.featureRows(exchange, date, featureSet.id, from, from + DAY_MS - 1);
  const recomputed = new Map(rows.map((row) => [row.uid, row]));
  return {
    served: served.length,
    equal: served.filter((row) => saysTheSameRow(row, recomputed.get(row.uid))).length,
  };
}

/** Every value to its last bit, and the same quality flags. */
function saysTheSameRow(a: FeatureRow, b: FeatureRow | undefined): boolean {
  return (
    b !== undefined &&
    a.values.length === b.values.length &&
    a.values.every((value, index) => Object.is(value, b.values[index])) &&
    a.quality_flags.join() === b.quality_flags.join()
  );
}
