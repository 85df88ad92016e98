import { reportTrade } from '../../../functions/audit/report-trade.ts';
import { runBroker } from '../../../functions/audit/run-broker.ts';
import { takeOrder } from '../../../functions/audit/take-order.ts';
import { dynamoBrokerStore } from '../../../shared/adapters/dynamodb/broker-store.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../../shared/config/execution.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { busMessage } from '../../../shared/domain/audit/bus-entry.ts';
import { logEntries } from '../../../shared/domain/audit/log-entry.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { BrokerStore } from '../../../shared/ports/broker-store.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import type { EmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aSnapshot } from '../../factories/snapshot.ts';

export const DAY = '2025-12-04';
export const CALL = 'NIFTY25DEC26050CE';
const KEEP_MS = 10 * 86_400_000;

/** A bid and an ask of the call; null where nothing is quoted. */
export interface Quote {
  readonly bid: number | null;
  readonly ask: number | null;
}

/** The paper broker of NSE on tables of its own; its clock is where a test puts it. */
export async function brokerWorld(cloud: EmbeddedCloud) {
  const store = dynamoRecommendationStore(cloud.dynamodb, await cloud.table());
  const broker = dynamoBrokerStore(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const toAudit = sqsMessageQueue(cloud.sqs, cloud.queue());
  const time = { nowMs: istMs(DAY, 600) };
  const clock = () => time.nowMs;
  const made = (
    ports: { store: RecommendationStore; broker: BrokerStore },
    exchanges: readonly Exchange[] = ['NSE'],
  ) => {
    const report = reportTrade({ store: ports.store, toAudit, book: async () => undefined, clock });
    return {
      report,
      /** A recommendation as the bus carries it. */
      take: async (recommendation: Recommendation) =>
        takeOrder({ broker: ports.broker, exchanges: ['NSE'], clock })(onTheBus(recommendation)),
      run: runBroker({
        ...{ ...ports, window, report, exchanges, rules: exchangesRules() },
        ...{ execution: optionPolicy(), limits: riskPolicy(), policy: executionConfig().paper_broker, clock },
      }),
    };
  };
  return {
    store,
    broker,
    time,
    made,
    ...made({ store, broker }),
    /** A minute of the monthly chain, known half a second later. */
    async quoted(minute: number, quote: Quote, date = DAY): Promise<void> {
      await window.putMinute(chainAt(istMs(date, minute), quote), istMs(date, 0) + KEEP_MS);
    },
    /** An executable answer of a minute, stored; a second after its snapshot. */
    async recommended(minute: number, change: Partial<Recommendation> = {}): Promise<Recommendation> {
      const atMs = istMs(DAY, minute);
      const recommendation = aRecommendation({
        timestamp: utcIso(atMs),
        recorded_at: utcIso(atMs + 1000),
        symbol: CALL,
        recommended_lots: 2,
        ...change,
      });
      await store.add(recommendation);
      return recommendation;
    },
    /** The clock half a minute into a minute. */
    at(minute: number, date = DAY): void {
      time.nowMs = istMs(date, minute) + 30_000;
    },
  };
}
export type BrokerWorld = Awaited<ReturnType<typeof brokerWorld>>;

function chainAt(atMs: number, { bid, ask }: Quote): StoredSnapshot {
  const quoted = { best_bid: bid, best_ask: ask, ltp: bid ?? ask, volume: Math.floor(atMs / MINUTE_MS) };
  const leg = { oi: null, iv: null, bid_quantity: null, ask_quantity: null, strike: 26_050, ...quoted };
  const recorded_at = utcIso(atMs + 500);
  return {
    ...aSnapshot({
      exchange: 'NSE_MONTHLY',
      timestamp: utcIso(atMs),
      expiry: '2025-12-30',
      atm_strike: 26_050,
    }),
    legs: [{ ...leg, symbol: CALL, option_type: 'CE' }],
    received_at: recorded_at,
    recorded_at,
    snapshot_id: '0'.repeat(32),
  };
}

/** The message of a recommendation's entry in the log. */
export function onTheBus(recommendation: Recommendation): unknown {
  const { leaf_hash: _seal, ...record } = recommendation;
  const [entry] = logEntries(7, [{ kind: 'recommendation', record }]);
  return JSON.parse(busMessage(entry!).body);
}
