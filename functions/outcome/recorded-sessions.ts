import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { minutesOfDay } from '../../shared/domain/lake/compaction.ts';
import { lotSizeFor } from '../../shared/domain/market/contract.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, istMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { ContractPriceAt } from '../../shared/domain/outcomes/remark.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** A price this many minutes before a moment still is the price at that moment. */
const PRICE_AGE_MINUTES = 2;

interface Ports {
  readonly window: OnlineWindow;
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly rules: ExchangesRules;
}

/** What was recorded of one exchange's session, by minute (epoch milliseconds of the minute's start). */
export interface RecordedSession {
  readonly underlying: ReadonlyMap<number, number>;
  /** Last traded price, or the middle of the quotes where nothing was traded. */
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
  const byMinute = new Map(snapshots.map((one) => [minuteStamp(epochMs(one.timestamp)), one]));
  return {
    underlying: new Map([...byMinute].map(([minute, { underlying_price }]) => [minute, underlying_price])),
    contractPriceAt: (symbol, atMs) => {
      for (let age = 0; age <= PRICE_AGE_MINUTES; age++) {
        const price = priceIn(byMinute.get(minuteStamp(atMs) - age * MINUTE_MS), symbol);
        if (price !== null) return price;
      }
      return null;
    },
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
  return chain === undefined ? [] : minutesOfDay(snapshotsOf(await lake.read(chain)));
}

function priceIn(snapshot: StoredSnapshot | undefined, symbol: string): number | null {
  const leg = snapshot?.legs.find((one) => one.symbol === symbol);
  if (leg === undefined) return null;
  if (leg.ltp !== null) return leg.ltp;
  return leg.best_bid === null || leg.best_ask === null ? null : (leg.best_bid + leg.best_ask) / 2;
}
