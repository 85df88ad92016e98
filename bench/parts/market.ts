import { exchangesRules } from '../../shared/config/exchanges.ts';
import type { DaySummary } from '../../shared/domain/features/day-summary.ts';
import { ladderSidesOn, strikeStepOn } from '../../shared/domain/market/contract.ts';
import type { ExchangeRules } from '../../shared/domain/market/exchange-rules.ts';
import { snapshotId } from '../../shared/domain/market/identity.ts';
import { addDays, epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot, Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay } from '../../simulator/market.ts';

/** A moderate planted edge; figures do not depend on it. */
const EDGE = 0.3;

/** As many earlier sessions as a window holds; figures do not depend on what they say. */
export const PRIOR_DAYS: readonly DaySummary[] = Array.from({ length: 250 }, (_, back) => {
  const date = addDays('2026-01-05', back - 250);
  const known = `${date}T10:05:00.000Z`;
  return {
    date,
    closeAtmIv: 0.1 + (back % 17) / 200,
    openUnderlying: 26_000 + (back % 13) * 20,
    closeUnderlying: 26_000 + (back % 11) * 25,
    dailyVolatility: 0.007,
    received_at: known,
    recorded_at: known,
  };
});

/** One simulated session of 375 snapshots; the same seed gives the same bytes. */
export function sessionOf(exchange: Exchange, date: string, seed: number): readonly ChainSnapshot[] {
  const exchanges = specsFrom(exchangesRules(), [exchange]);
  // Through JSON, as snapshots arrive: no two legs share a string.
  return JSON.parse(
    JSON.stringify(simulateDay({ seed, edge: EDGE, date, exchanges }).sessions[0]!.snapshots),
  );
}

/** Snapshots as the loop keeps them, received a second after they were taken. */
export function stored(snapshots: readonly ChainSnapshot[]): StoredSnapshot[] {
  return snapshots.map((snapshot) => {
    const receivedAt = utcIso(epochMs(snapshot.timestamp) + 1000);
    return {
      ...snapshot,
      snapshot_id: snapshotId(snapshot),
      received_at: receivedAt,
      recorded_at: receivedAt,
    };
  });
}

/** The snapshots with the legs of the ladder only: 22 where it has five strikes a side. */
export function onLadder<Row extends ChainSnapshot>(
  snapshots: readonly Row[],
  date: string,
  rules: ExchangeRules,
): Row[] {
  const reach = strikeStepOn(date, rules) * ladderSidesOn(date, rules);
  return snapshots.map((snapshot) => ({
    ...snapshot,
    legs: snapshot.legs.filter(({ strike }) => Math.abs(strike - snapshot.atm_strike) <= reach),
  }));
}
