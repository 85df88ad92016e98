import { MINUTE_MS, minuteStamp } from '../../market/indian-time.ts';
import type { FeatureWindow } from '../window.ts';

/** Gaps of this many minutes and more (a night) stay open; shorter ones are filled with the previous value. */
const OPEN_GAP_MINUTES = 120;
/** The tracker keeps this many minutes. */
const KEPT_ENTRIES = 40;
/** Nothing looks further back than this many minutes of the series. */
const SERIES_MINUTES = 31;

/** Underlying price and volume by minute, oldest first (FEATURES.md, W1, W2 and W6). */
export interface PriceSeries {
  /** Prices of the filled list, at most 40, an open gap not filled. */
  readonly listPrices: readonly number[];
  /** Price of each of the last minutes (at most 31), open gaps repeated. */
  readonly prices: readonly number[];
  /** Volume of the same minutes; missing and inside an open gap 0. */
  readonly volumes: readonly number[];
  /** Minutes from the first to the last of the list: the history, nights included. */
  readonly lengthMinutes: number;
}

/** Builds the minute series of a window. */
export function priceSeries(window: FeatureWindow): PriceSeries {
  const { stamps, prices, volumes } = filledList(window);
  const from = Math.max(0, stamps.length - KEPT_ENTRIES);
  const series = { prices: [] as number[], volumes: [] as number[] };
  for (let at = stamps.length - 1; at >= from && series.prices.length < SERIES_MINUTES; at -= 1) {
    series.prices.push(prices[at]!);
    series.volumes.push(volumes[at]!);
    if (at === from) break;
    const openMinutes = (stamps[at]! - stamps[at - 1]!) / MINUTE_MS - 1;
    for (let i = 0; i < openMinutes && series.prices.length < SERIES_MINUTES; i += 1) {
      series.prices.push(prices[at - 1]!);
      series.volumes.push(0);
    }
  }
  return {
    listPrices: prices.slice(from),
    prices: series.prices.reverse(),
    volumes: series.volumes.reverse(),
    lengthMinutes: (stamps.at(-1)! - stamps[from]!) / MINUTE_MS + 1,
  };
}

interface FilledList {
  readonly stamps: number[];
  readonly prices: number[];
  readonly volumes: number[];
}

function filledList(window: FeatureWindow): FilledList {
  const list: FilledList = { stamps: [], prices: [], volumes: [] };
  for (let i = 0; i < window.snapshots.length; i += 1) {
    const { underlying_price: price, underlying_volume: volume } = window.snapshots[i]!;
    const stamp = minuteStamp(window.timestampsMs[i]!);
    const last = list.stamps.length - 1;
    if (last >= 0 && list.stamps[last] === stamp) {
      list.prices[last] = price;
      if (volume !== null) list.volumes[last] = volume;
      continue;
    }
    if (last >= 0) fillGap(list, stamp);
    push(list, stamp, price, volume ?? 0);
  }
  return list;
}

function fillGap(list: FilledList, stamp: number): void {
  const last = list.stamps.length - 1;
  const gapMinutes = (stamp - list.stamps[last]!) / MINUTE_MS;
  if (gapMinutes >= OPEN_GAP_MINUTES) return;
  for (let i = 1; i < gapMinutes; i += 1) {
    push(list, list.stamps[last]! + i * MINUTE_MS, list.prices[last]!, list.volumes[last]!);
  }
}

function push(list: FilledList, stamp: number, price: number, volume: number): void {
  list.stamps.push(stamp);
  list.prices.push(price);
  list.volumes.push(volume);
}

/** Entries a percentage change can look back: the longest used interval is 10. */
const OI_ENTRIES = 11;

/**
 * The newest open-interest entries of one leg, newest first (FEATURES.md, W3): one a minute, gaps filled with the
 * older value, NaN where the source had none. The leg is found by its symbol; `hint` is its likely place in `legs`.
 */
export function oiHistory(window: FeatureWindow, symbol: string, hint: number): number[] {
  const history: number[] = [];
  let newestStamp = 0;
  let minuteStart = 0;
  let place = hint;
  for (let i = window.snapshots.length - 1; i >= 0 && history.length < OI_ENTRIES; i -= 1) {
    const { legs } = window.snapshots[i]!;
    const found = legs[place]?.symbol === symbol ? place : legs.findIndex((leg) => leg.symbol === symbol);
    if (found < 0) continue;
    place = found;
    const oi = legs[found]!.oi ?? Number.NaN;
    const stamp = minuteStamp(window.timestampsMs[i]!);
    const gapMinutes = history.length === 0 ? 1 : (newestStamp - stamp) / MINUTE_MS;
    newestStamp = stamp;
    if (gapMinutes === 0) {
      for (let at = minuteStart; at < history.length; at += 1)
        if (Number.isNaN(history[at]!)) history[at] = oi;
      continue;
    }
    minuteStart = history.length;
    const copies = gapMinutes < OPEN_GAP_MINUTES ? gapMinutes : 1;
    for (let copy = 0; copy < copies && history.length < OI_ENTRIES; copy += 1) history.push(oi);
  }
  return history;
}

/**
 * Change over `entries` entries in percent (FEATURES.md, W9): NaN when the list is too short or a value is missing;
 * from 0 it is Infinity, or 0 when still 0.
 */
export function percentChange(history: readonly number[], entries: number): number {
  const now = history[0];
  const before = history[entries];
  if (now === undefined || before === undefined) return Number.NaN;
  if (before === 0 && !Number.isNaN(now)) return now > 0 ? Number.POSITIVE_INFINITY : 0;
  return ((now - before) / before) * 100;
}
