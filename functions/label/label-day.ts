import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { labelChain } from '../../shared/domain/labels/label-chain.ts';
import { LABEL_SET_ID } from '../../shared/domain/labels/label-day.ts';
import { labelTable } from '../../shared/domain/labels/label-table.ts';
import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { labelsKey } from '../../shared/domain/lake/paths.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { unknownCosts } from '../../shared/domain/market/trading-costs.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';

interface Ports {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly featureSet: FeatureSet;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly clock: Clock;
}

export interface LabelDayReport {
  readonly path: string;
  readonly rows: number;
  /** Rows with the tracker's triple-barrier target; the others lack a volatility, look past the session or are blocked. */
  readonly labelled: number;
  /** Rows with the corrected one. */
  readonly session_labelled: number;
  /** Why no row has a profit or loss: the rate of the day's costs that is unknown. Null when all are known. */
  readonly pnl_missing: string | null;
}

/**
 * Labels every minute of a compacted day, within the session only, joined to the features by uid. No label rests on a
 * minute whose feature row carries a blocking quality flag.
 * @throws RejectedInput when the day was not compacted.
 */
export function buildLabelDay({ registry, lake, featureSet, rules, quality, clock }: Ports) {
  return async (exchange: Exchange, date: string): Promise<LabelDayReport> => {
    const chain = await registry.dayFile('chain', 'chain', exchange, date);
    if (chain === undefined) {
      throw new RejectedInput(`date: expected a compacted chain of ${exchange} on ${date}, was none`, {
        field: 'date',
      });
    }
    const made = { rules: rules[exchange], quality };
    const rows = labelChain(snapshotsOf(await lake.read(chain)), made, featureSet.id);
    const file = await lake.write(labelTable(rows), (sha256) =>
      labelsKey(LABEL_SET_ID, exchange, date, sha256),
    );
    const before = await registry.dayFile('labels', LABEL_SET_ID, exchange, date);
    // A new chain with the same labels is still a new source: the dataset joins what comes from one chain.
    if (before?.sha256 !== file.sha256 || before.source_sha256 !== chain.sha256) {
      await registry.switchDayFile({
        kind: 'labels',
        set: LABEL_SET_ID,
        exchange,
        date,
        ...file,
        rows: rows.length,
        source_sha256: chain.sha256,
        last_recorded_at: chain.last_recorded_at,
        created_at: utcIso(clock()),
        batch_ids: [],
        parity: null,
        revision: (before?.revision ?? 0) + 1,
      });
    }
    return {
      path: file.path,
      rows: rows.length,
      labelled: rows.filter((row) => row.target !== null).length,
      session_labelled: rows.filter((row) => row.session_target !== null).length,
      pnl_missing: unknownCosts(date, rules[exchange]),
    };
  };
}
