import { snapshotId } from '../../shared/domain/market/identity.ts';
import { epochMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import {
  type ChainSnapshot,
  chainSnapshotSchema,
  type Leg,
  type StoredSnapshot,
} from '../../shared/domain/market/snapshot.ts';

/** A complete leg; `overrides` replace single fields. */
export function aLeg(overrides: Partial<Leg> = {}): Leg {
  const strike = overrides.strike ?? 26000;
  const optionType = overrides.option_type ?? 'CE';
  return {
    symbol: `NIFTY25D09${strike}${optionType}`,
    strike,
    option_type: optionType,
    ltp: 132.2,
    oi: 1_234_500,
    volume: 99_000,
    iv: 10.7,
    best_bid: 132.1,
    best_ask: 132.3,
    bid_quantity: 375,
    ask_quantity: 150,
    ...overrides,
  };
}

/** A call and a put at every strike `sides` steps either side of the money, by rising strike. */
export function aLadder(atmStrike = 26050, step = 50, sides = 5): Leg[] {
  return Array.from({ length: 2 * sides + 1 }, (_, index) => atmStrike + (index - sides) * step).flatMap(
    (strike) => [aLeg({ strike, option_type: 'CE' }), aLeg({ strike, option_type: 'PE' })],
  );
}

/** A complete NSE chain of 22 legs at 12:35 IST on 2025-12-04; `overrides` replace single fields. */
export function aSnapshot(overrides: Partial<ChainSnapshot> = {}): ChainSnapshot {
  return chainSnapshotSchema.parse({
    schema: 1,
    exchange: 'NSE',
    timestamp: '2025-12-04T12:35:00+05:30',
    expiry: '2025-12-09',
    underlying_price: 26028.1,
    underlying_volume: null,
    atm_strike: 26050,
    future_price: 26142.9,
    future_oi: 15_025_425,
    vix: 10.9,
    legs: aLadder(),
    ...overrides,
  });
}

/** A snapshot as the loop keeps it, received and recorded the moment it was taken. */
export function aStoredSnapshot(overrides: Partial<StoredSnapshot> = {}): StoredSnapshot {
  const snapshot = aSnapshot(overrides);
  const timestamp = utcIso(epochMs(snapshot.timestamp));
  return {
    ...snapshot,
    timestamp,
    snapshot_id: overrides.snapshot_id ?? snapshotId(snapshot),
    received_at: overrides.received_at ?? timestamp,
    recorded_at: overrides.recorded_at ?? timestamp,
  };
}
