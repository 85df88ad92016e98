import { blockedIn } from '../../shared/domain/labels/blocked-minutes.ts';
import { type ChainDaySnapshot, snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import { compactDay, countedOf, pricedMinutesOfDay } from '../../shared/domain/lake/compaction.ts';
import { spotPauseOn } from '../../shared/domain/market/calendar.ts';
import { lotSizeFor } from '../../shared/domain/market/contract.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, istMs, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import {
  type ContractPriceAt,
  contractPriceAt,
  pricesByMinute,
} from '../../shared/domain/outcomes/recorded-prices.ts';
import type { RecordedContract } from '../../shared/domain/outcomes/trade-mark.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

export interface SessionPorts {
  readonly window: OnlineWindow;
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
  readonly rules: ExchangesRules;
  /** Which quality flags make a minute no price. */
  readonly quality: QualityPolicy;
}

/** What was recorded of one exchange's session, by minute (epoch milliseconds of the minute's start). */
export interface RecordedSession {
  readonly underlying: ReadonlyMap<number, number>;
  readonly contractPriceAt: ContractPriceAt;
  /** A contract of the session; null for a symbol that was never in its chain. */
  readonly contractOf: (symbol: string) => RecordedContract | null;
}

/** Sessions by exchange and Indian date, each read once. */
export type Sessions = (exchange: Exchange, date: string) => Promise<RecordedSession>;

/**
 * Reads sessions from the compacted chain and, for the minutes after its last one, from the online window; where neither
 * knows the day, from its micro-batches. What is served late, or revised, counts once it is compacted. A minute whose snapshot carries a blocking quality flag is no
 * price, nor is one in which the index stands still. A day without any gives an empty session.
 */
export function recordedSessions(ports: SessionPorts): Sessions {
  const read = new Map<string, Promise<RecordedSession>>();
  return (exchange, date) => {
    const key = `${exchange}#${date}`;
    const session = read.get(key) ?? readSession(ports, exchange, date);
    read.set(key, session);
    return session;
  };
}

async function readSession(ports: SessionPorts, exchange: Exchange, date: string): Promise<RecordedSession> {
  const rules = ports.rules[exchange];
  const usable = usableMinutes(ports, exchange, date, await recordedChain(ports, exchange, date));
  const pause = spotPauseOn(date, rules);
  const standsStill = ({ timestamp }: StoredSnapshot) => {
    if (pause === null) return false;
    const minute = minuteStamp(epochMs(timestamp));
    return minute > istMs(date, pause.fromMinute) && minute < istMs(date, pause.toMinute);
  };
  return {
    underlying: pricesByMinute(usable.filter((snapshot) => !standsStill(snapshot))),
    contractPriceAt: contractPriceAt(usable),
    contractOf: (symbol) => {
      for (const { expiry, legs } of usable) {
        const leg = legs.find((one) => one.symbol === symbol);
        if (leg !== undefined) {
          return { chain: exchange, units: lotSizeFor(expiry, rules), optionType: leg.option_type };
        }
      }
      return null;
    },
  };
}

/** What counts of each minute: its last snapshot, unless that was rebuilt from an export or is not to be believed. */
function usableMinutes(
  { rules, quality }: SessionPorts,
  exchange: Exchange,
  date: string,
  chain: readonly ChainDaySnapshot[],
): StoredSnapshot[] {
  const minutes = pricedMinutesOfDay(chain);
  if (minutes.length === 0) return [];
  const terms = qualityTerms(date, rules[exchange]);
  const isBlocked = blockedIn(countedOf(chain), { terms, policy: quality });
  return minutes.filter((snapshot) => !isBlocked(snapshot));
}

async function recordedChain(
  { window, registry, lake }: SessionPorts,
  exchange: Exchange,
  date: string,
): Promise<readonly ChainDaySnapshot[]> {
  const file = await registry.dayFile('chain', 'chain', exchange, date);
  const compacted = file === undefined ? [] : snapshotsOf(await lake.read(file));
  const fromMs = Math.max(istMs(date, 0), ...compacted.map(({ timestamp }) => epochMs(timestamp) + 1));
  const online = await window.minutes(exchange, date, fromMs, istMs(date, 0) + DAY_MS - 1);
  if (file === undefined && online.length === 0) return uncompacted({ registry, lake }, exchange, date);
  return [...compacted, ...online.map((snapshot) => ({ ...snapshot, revised: false }))];
}

/** A day whose night never ran is in its micro-batches alone, once the online window has forgotten it. */
async function uncompacted(
  { registry, lake }: Pick<SessionPorts, 'registry' | 'lake'>,
  exchange: Exchange,
  date: string,
): Promise<readonly ChainDaySnapshot[]> {
  const snapshots: StoredSnapshot[] = [];
  for (const batch of await registry.batches(exchange, date)) {
    snapshots.push(...snapshotsOf(await lake.read(batch)));
  }
  return compactDay(snapshots).snapshots;
}
