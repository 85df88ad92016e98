import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { epochMs, utcIso } from './indian-time.ts';
import { type ChainSnapshot, type Depth, type Leg, MACRO_KEYS } from './snapshot.ts';

/**
 * The content of a snapshot as one text in which key order, leg order, the zone the timestamp was written in and
 * fields outside the contract make no difference. Two snapshots say the same exactly when these texts are equal.
 */
export function canonicalContent(snapshot: ChainSnapshot): string {
  const { macro } = snapshot;
  return JSON.stringify([
    snapshot.schema,
    snapshot.exchange,
    utcIso(epochMs(snapshot.timestamp)),
    snapshot.sequence ?? null,
    snapshot.expiry,
    snapshot.underlying_price,
    snapshot.underlying_volume,
    snapshot.atm_strike,
    snapshot.future_price,
    snapshot.future_oi,
    snapshot.vix,
    macro && MACRO_KEYS.map((key) => canonicalMacro(macro[key])),
    sortLegs(snapshot.legs).map(canonicalLeg),
  ]);
}

/**
 * The identity of a snapshot: the first 32 hex digits (128 bits) of SHA-256 over its canonical content, which
 * includes exchange and timestamp. The same snapshot posted twice has the same id.
 */
export function snapshotId(snapshot: ChainSnapshot): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalContent(snapshot)))).slice(0, 32);
}

/** Legs by rising strike, the call before the put; the input is left as it is. */
export function sortLegs(legs: readonly Leg[]): Leg[] {
  return legs.toSorted((a, b) => a.strike - b.strike || (a.option_type < b.option_type ? -1 : 1));
}

function canonicalLeg(leg: Leg): unknown[] {
  return [
    leg.symbol,
    leg.strike,
    leg.option_type,
    leg.ltp,
    leg.oi,
    leg.volume,
    leg.iv,
    leg.best_bid,
    leg.best_ask,
    leg.bid_quantity,
    leg.ask_quantity,
    // Not a null: legs without depth say the same as before there was any.
    ...(leg.depth === undefined ? [] : [canonicalDepth(leg.depth)]),
  ];
}

function canonicalDepth({ buy, sell }: Depth): unknown[] {
  const levels = (side: Depth['buy']) =>
    side.map(({ price, quantity, orders }) => [price, quantity, orders ?? null]);
  return [levels(buy), levels(sell)];
}

function canonicalMacro(value: NonNullable<ChainSnapshot['macro']>[(typeof MACRO_KEYS)[number]]): unknown {
  if (value === null || typeof value === 'number') return value;
  return [value.value, utcIso(epochMs(value.as_of)), value.source];
}
