import { exchangesRules } from '../../shared/config/exchanges.ts';
import { computeDay } from '../../shared/domain/features/compute.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { windowTerms } from '../../shared/domain/features/window-terms.ts';
import { LABEL_SET_ID, labelDay } from '../../shared/domain/labels/label-day.ts';
import { tradingDays } from '../../shared/domain/market/calendar.ts';
import { epochMs, MINUTE_MS } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { NO_LABEL } from '../../shared/domain/training/classes.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDays } from '../../simulator/market.ts';
import { onLadder, stored } from './market.ts';

export interface SimulatedShape {
  readonly seed: number;
  /** The simulator's planted edge; 0 for none. */
  readonly edge: number;
  readonly sessions: number;
}

const FROM = '2026-01-01';
const TO = '2026-12-31';
const NAMES = featureNames(TRACKER_V2);

/** Sessions of NIFTY as the simulator makes them, with the loop's own features and labels: what a night would learn from. */
export function simulatedRows({ seed, edge, sessions }: SimulatedShape): CandidateInput {
  const rules = exchangesRules();
  const dates = tradingDays(FROM, TO, rules.NSE).slice(0, sessions);
  const days = [...simulateDays({ seed, edge, dates, exchanges: specsFrom(rules, ['NSE']) })];
  const rows = days.flatMap(({ date, sessions: [session] }) =>
    rowsOf(date, onLadder(stored(session!.snapshots), date, rules.NSE)),
  );
  return {
    ...{
      exchange: 'NSE',
      target: 'tb15',
      labelSet: LABEL_SET_ID,
      featureSet: TRACKER_V2.id,
      featureNames: NAMES,
    },
    features: Float64Array.from(rows.flatMap(({ values }) => [...values])),
    timestampsMs: Float64Array.from(rows, ({ ms }) => ms),
    sessions: rows.map(({ date }) => date),
    targets: Int8Array.from(rows, ({ target }) => target ?? NO_LABEL),
    labelSpanMinutes: Float64Array.from(rows, ({ minutes }) => minutes ?? Number.NaN),
    forwardReturns: Float64Array.from(rows, ({ moved }) => moved),
    prices: Float64Array.from(rows, ({ price }) => price),
    ...{ datasetVersion: dates.at(-1)!, datasetHash: '0'.repeat(64), codeVersion: 'bench' },
    ...{ createdAt: '2026-12-31T10:30:00.000Z', seed },
  };
}

function rowsOf(date: string, snapshots: readonly StoredSnapshot[]) {
  const rules = exchangesRules().NSE;
  const features = computeDay(snapshots, TRACKER_V2, windowTerms(date, rules));
  const bySnapshot = new Map(snapshots.map((snapshot) => [snapshot.snapshot_id, snapshot]));
  const inputs = features.map(({ uid, timestamp, snapshot_id, underlying_price }) => {
    const { expiry, atm_strike, legs } = bySnapshot.get(snapshot_id)!;
    return {
      uid,
      timestampMs: epochMs(timestamp),
      underlyingPrice: underlying_price,
      expiry,
      atmStrike: atm_strike,
      legs,
    };
  });
  const labels = labelDay(inputs, rules);
  const priceAt = new Map(inputs.map(({ timestampMs, underlyingPrice }) => [timestampMs, underlyingPrice]));
  return features.map(({ values, underlying_price: price }, at) => {
    const ms = inputs[at]!.timestampMs;
    const { target, minutes_to_hit: minutes } = labels[at]!;
    const then = minutes === null ? undefined : priceAt.get(ms + minutes * MINUTE_MS);
    const moved = then === undefined ? Number.NaN : then / price - 1;
    return { date, ms, values, price, target, minutes, moved };
  });
}
