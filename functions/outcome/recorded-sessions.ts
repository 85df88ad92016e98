import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { pricedMinutesOfDay } from '../../shared/domain/lake/compaction.ts';
import { lotSizeFor } from '../../shared/domain/market/contract.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, istMs } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { contractPriceAt, pricesByMinute } from '../../shared/domain/outcomes/recorded-prices.ts';
import type { ContractPriceAt } from '../../shared/domain/outcomes/remark.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

interface Ports {
  readonly window: OnlineWindow;
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly rules: ExchangesRules;
}

/** What was recorded of one exchange's session, by minute (epoch milliseconds of the minute's start). */
export interface RecordedSession {
  readonly underlying: ReadonlyMap<number, number>;
  readonly contractPriceAt: ContractPriceAt;
  /** Units in a lot of a contract of the session; null for a symbol that was never in its chain. */
  readonly lotSizeOf: (symbol: string) => number | null;
}

/**
 * Reads sessions from the online window or, when it holds nothing of that day any more, from the compacted chain; each
 * session once. A day without either gives an empty session.
 */
export function recordedSessions(ports: Ports) {
  const read = new Map<string, Promise<RecordedSession>>();
  return (exchange: Exchange, date: string): Promise<RecordedSession> => {
    const key = `${exchange}#${date}`;
    const session = read.get(key) ?? readSession(ports, exchange, date);
    read.set(key, session);
    return session;
  };
}

async function readSession(ports: Ports, exchange: Exchange, date: string): Promise<RecordedSession> {
  const snapshots = await minutesOf(ports, exchange, date);
  return {
    underlying: pricesByMinute(snapshots),
    contractPriceAt: contractPriceAt(snapshots),
    lotSizeOf: (symbol) => {
      const chain = snapshots.find(({ legs }) => legs.some((leg) => leg.symbol === symbol));
      return chain === undefined ? null : lotSizeFor(chain.expiry, ports.rules[exchange]);
    },
  };
}

async function minutesOf(
  { window, registry, lake }: Ports,
  exchange: Exchange,
  date: string,
): Promise<StoredSnapshot[]> {
  const fromMs = istMs(date, 0);
  const online = await window.minutes(exchange, date, fromMs, fromMs + DAY_MS - 1);
  if (online.length > 0) return online;
  const chain = await registry.dayFile('chain', 'chain', exchange, date);
  return chain === undefined ? [] : pricedMinutesOfDay(snapshotsOf(await lake.read(chain)));
}
