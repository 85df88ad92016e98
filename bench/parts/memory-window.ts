import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { epochMs, minuteStamp, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** The online window in memory: what a handler costs without the store behind it. */
export function memoryWindow(): OnlineWindow {
  const minutes = new Map<string, Map<number, StoredSnapshot>>();
  const rows = new Map<string, Map<number, FeatureRow>>();
  const within = <T extends { readonly timestamp: string }>(
    items: Map<number, T> | undefined,
    fromMs: number,
    toMs: number,
  ) =>
    [...(items ?? [])]
      .filter(([minute]) => minute >= minuteStamp(fromMs) && minute <= toMs)
      .map(([, item]) => item)
      .filter(({ timestamp }) => epochMs(timestamp) >= fromMs && epochMs(timestamp) <= toMs);
  const featureRows: OnlineWindow['featureRows'] = async (exchange, date, set, fromMs, toMs) =>
    within(rows.get(`${set}#${exchange}#${date}`), fromMs, toMs);
  return {
    async putMinute(snapshot) {
      const ms = epochMs(snapshot.timestamp);
      put(minutes, `${snapshot.exchange}#${sessionDate(ms)}`, ms, snapshot);
      return true;
    },
    minutes: async (exchange, date, fromMs, toMs) => within(minutes.get(`${exchange}#${date}`), fromMs, toMs),
    lastMinute: async (exchange, date, toMs) => within(minutes.get(`${exchange}#${date}`), 0, toMs).at(-1),
    async putFeatureRow(row) {
      const ms = epochMs(row.timestamp);
      put(rows, `${row.feature_set}#${row.exchange}#${sessionDate(ms)}`, ms, row);
    },
    featureRow: async (exchange, date, set, ms) =>
      rows.get(`${set}#${exchange}#${date}`)?.get(minuteStamp(ms)),
    latestFeatureRow: async (exchange, date, set, toMs) =>
      within(rows.get(`${set}#${exchange}#${date}`), 0, toMs).at(-1),
    featureRows,
  };
}

function put<T>(of: Map<string, Map<number, T>>, key: string, ms: number, item: T): void {
  const items = of.get(key) ?? new Map<number, T>();
  items.set(minuteStamp(ms), item);
  of.set(key, items);
}
