import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { epochMs, minuteStamp, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

type Minutes<Kept> = Map<number, Kept>;

/** The online window in memory; nothing in it ends. */
export function memoryOnlineWindow(): OnlineWindow {
  const minutes = sessionsOf<StoredSnapshot>();
  const rows = sessionsOf<FeatureRow>();
  return {
    async putMinute(snapshot) {
      const session = minutes(snapshot.exchange, sessionDate(epochMs(snapshot.timestamp)));
      const before = session.get(minuteOf(snapshot));
      if (before !== undefined && epochMs(before.timestamp) >= epochMs(snapshot.timestamp)) return false;
      session.set(minuteOf(snapshot), snapshot);
      return true;
    },
    async minutes(exchange, date, fromMs, toMs) {
      return within(minutes(exchange, date), fromMs, toMs);
    },
    async lastMinute(exchange, date, toMs) {
      return within(minutes(exchange, date), 0, toMs).at(-1);
    },
    async putFeatureRow(row) {
      const session = rows(row.feature_set, row.exchange, sessionDate(epochMs(row.timestamp)));
      const before = session.get(minuteOf(row));
      if (before !== undefined && epochMs(before.timestamp) > epochMs(row.timestamp)) return;
      session.set(minuteOf(row), { ...row, values: row.values.slice() });
    },
    async featureRow(exchange, date, set, timestampMs) {
      return rows(set, exchange, date).get(minuteStamp(timestampMs));
    },
    async latestFeatureRow(exchange, date, set, toMs) {
      return within(rows(set, exchange, date), 0, toMs).at(-1);
    },
    async featureRows(exchange, date, set, fromMs, toMs) {
      return within(rows(set, exchange, date), fromMs, toMs);
    },
  };
}

function sessionsOf<Kept>() {
  const sessions = new Map<string, Minutes<Kept>>();
  return (...names: readonly string[]): Minutes<Kept> => {
    const session = sessions.get(names.join('#')) ?? new Map();
    sessions.set(names.join('#'), session);
    return session;
  };
}

function minuteOf({ timestamp }: { readonly timestamp: string }): number {
  return minuteStamp(epochMs(timestamp));
}

function within<Kept extends { readonly timestamp: string }>(
  session: Minutes<Kept>,
  fromMs: number,
  toMs: number,
): Kept[] {
  const kept = [...session.values()].map((one) => ({ one, ms: epochMs(one.timestamp) }));
  const found = kept.filter(({ ms }) => ms >= fromMs && ms <= toMs);
  return found.sort((a, b) => a.ms - b.ms).map(({ one }) => one);
}
