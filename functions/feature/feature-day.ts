import { featureParity } from '../../shared/domain/alerts/rules/feature-parity.ts';
import { computeDay } from '../../shared/domain/features/compute.ts';
import { daySummary } from '../../shared/domain/features/day-summary.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureTable } from '../../shared/domain/features/feature-table.ts';
import { compareServed, type Parity } from '../../shared/domain/features/parity.ts';
import { withQuality } from '../../shared/domain/features/row-quality.ts';
import { windowTerms } from '../../shared/domain/features/window-terms.ts';
import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { countedOf } from '../../shared/domain/lake/compaction.ts';
import { featuresKey } from '../../shared/domain/lake/paths.ts';
import type { DayFileRow } from '../../shared/domain/lake/registry-rows.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { planMinutes } from '../../shared/domain/market/minutes.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import { type ChainDayPorts, type DayContext, dayContext } from './chain-day.ts';

interface Ports extends ChainDayPorts {
  readonly window: OnlineWindow;
  readonly toAlert: MessageQueue;
  /** The sets that are made of every day. */
  readonly lakeSets: readonly FeatureSet[];
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly clock: Clock;
}

/** One set's day file, and how far it is what was served live. */
export interface FeatureSetDay extends Parity {
  readonly set: string;
  readonly path: string;
  readonly rows: number;
  /** Minutes with too little history for a row. */
  readonly minutes_without_features: number;
}

export interface FeatureDayReport {
  readonly sets: readonly FeatureSetDay[];
  /** Over all sets: rows made, minutes without, rows served live, and how many of those the lake repeats bit for bit. */
  readonly rows: number;
  readonly minutes_without_features: number;
  readonly served: number;
  readonly equal: number;
}

/**
 * Makes a day's feature rows of every lake set in bulk from its compacted chain, by the same functions that serve them
 * live, compares them with the rows that were served and tells the alert stage, and keeps the session's summary for
 * later sessions.
 * @throws RejectedInput when the day was not compacted.
 */
export function buildFeatureDay(ports: Ports) {
  return async (exchange: Exchange, date: string): Promise<FeatureDayReport> => {
    const chain = await ports.registry.dayFile('chain', 'chain', exchange, date);
    if (chain === undefined) {
      throw new RejectedInput(`date: expected a compacted chain of ${exchange} on ${date}, was none`, {
        field: 'date',
      });
    }
    const counted = countedOf(snapshotsOf(await ports.lake.read(chain)));
    const contextFor = dayContext(ports, exchange, date);
    const sets: FeatureSetDay[] = [];
    for (const set of ports.lakeSets) {
      sets.push(await buildSet(ports, chain, counted, set, await contextFor(set)));
    }
    const check = featureParity({ exchange, date, sets });
    if (check.kind !== 'unknown') {
      await ports.toAlert.sendAll([{ kind: 'check', rule: 'feature-parity', exchange, check }]);
    }
    await keepSummary(ports, exchange, date, counted);
    return { sets, ...totals(sets) };
  };
}

function totals(sets: readonly FeatureSetDay[]): Omit<FeatureDayReport, 'sets'> {
  const sum = (of: keyof Omit<FeatureDayReport, 'sets'>) => sets.reduce((total, set) => total + set[of], 0);
  const minutes_without_features = sum('minutes_without_features');
  return { rows: sum('rows'), minutes_without_features, served: sum('served'), equal: sum('equal') };
}

async function buildSet(
  ports: Ports,
  chain: DayFileRow,
  counted: readonly StoredSnapshot[],
  set: FeatureSet,
  { context, lastRecordedAt }: DayContext,
): Promise<FeatureSetDay> {
  const { registry, lake, clock } = ports;
  const { exchange, date } = chain;
  const rules = ports.rules[exchange];
  const judge = { terms: qualityTerms(date, rules), policy: ports.quality };
  const rows = withQuality(computeDay(counted, set, windowTerms(date, rules), context), counted, judge);
  const file = await lake.write(featureTable(rows, featureNames(set)), (sha256) =>
    featuresKey(set.id, exchange, date, sha256),
  );
  const before = await registry.dayFile('features', set.id, exchange, date);
  const parity = parityNow(await compared(ports, chain, set, rows), file.sha256, before);
  const row: DayFileRow = {
    kind: 'features',
    set: set.id,
    exchange,
    date,
    ...file,
    rows: rows.length,
    source_sha256: chain.sha256,
    last_recorded_at: lastRecordedAt > chain.last_recorded_at ? lastRecordedAt : chain.last_recorded_at,
    created_at: utcIso(clock()),
    batch_ids: [],
    parity,
    revision: (before?.revision ?? 0) + 1,
  };
  if (before === undefined || !saysTheSame(before, row)) await registry.switchDayFile(row);
  const minutes_without_features = planMinutes(counted).lastOfMinute.length - rows.length;
  return { set: set.id, path: row.path, rows: rows.length, minutes_without_features, ...parity };
}

async function compared(
  { window }: Ports,
  { exchange, date }: DayFileRow,
  set: FeatureSet,
  rows: readonly FeatureRow[],
): Promise<Parity> {
  const from = istMs(date, 0);
  const served = await window.featureRows(exchange, date, set.id, from, from + DAY_MS - 1);
  return compareServed(served, rows, featureNames(set));
}

/** Served rows are kept for three days: what was found of the same file while they were there still holds. */
function parityNow(now: Parity, sha256: string, before: DayFileRow | undefined): Parity {
  if (now.served > 0 || before === undefined || before.parity === null) return now;
  if (before.sha256 !== sha256) return now;
  return { first_difference: null, ...before.parity };
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

/** Once the session is over; the first summary stays. */
async function keepSummary(
  { rules, summaries, clock }: Ports,
  exchange: Exchange,
  date: string,
  counted: readonly StoredSnapshot[],
): Promise<void> {
  const terms = windowTerms(date, rules[exchange]);
  if (terms.session === null || clock() < terms.session.closeMs) return;
  const summary = daySummary(counted, terms);
  if (summary !== null) await summaries.add(exchange, summary);
}
