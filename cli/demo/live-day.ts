import type { ChainSnapshot, Exchange } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { type MarketState, simulateDay, simulateDays } from '../../simulator/market.ts';
import { runNight, showNight } from '../commands/nightly.ts';
import { postPatiently, postSnapshots } from '../post-snapshots.ts';
import { exitReason } from './exit-reason.ts';
import { at } from './script.ts';
import type { Setting } from './setting.ts';

const IDLE_WITHIN_S = 60;

interface OpenTrade {
  readonly id: string;
  /** Whose signal it follows. */
  readonly exchange: Exchange;
  /** Where its contract is quoted. */
  readonly chain: Exchange;
  readonly symbol: string;
  /** Bought at, rupees a unit. */
  readonly price: number;
}

/** The snapshots of one minute, and when the one of the exchange was taken that is answered for. */
interface Minute {
  readonly snapshots: readonly ChainSnapshot[];
  readonly timestamp: string;
}

export interface LiveReport {
  readonly date: string;
  snapshots: number;
  answers: number;
  readonly actions: Record<string, number>;
  trades: number;
  rejected: number;
}

/**
 * Plays one live session minute by minute as the tracker does: snapshots in, answers out, paper trades back.
 * `limit` ends it early, as a feed does that breaks off.
 */
export async function playLiveDay(
  setting: Setting,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<LiveReport> {
  const { script, control, output } = setting;
  const report: LiveReport = {
    date: script.liveDay,
    snapshots: 0,
    answers: 0,
    actions: {},
    trades: 0,
    rejected: 0,
  };
  const minutes = minutesOf(setting).slice(0, limit);
  const book: OpenTrade[] = [];
  await control.stand(at(script.liveDay, '09:10'));
  for (const [index, snapshots] of minutes.entries()) {
    await playMinute(setting, snapshots, book, report);
    output.progress(`live session ${script.liveDay}: minutes`, index + 1, minutes.length);
  }
  await control.advanceTo(at(script.liveDay, '15:59'));
  await control.untilIdle(IDLE_WITHIN_S);
  const night = await runNight(setting.connection, { date: script.liveDay, train: false }, output);
  showNight(night, output);
  return report;
}

/** The market's state at the end of the history: the live day goes on from there. */
export function stateAfterHistory({ script }: Setting): MarketState {
  const { seed, edge, specs, history } = script;
  let state: MarketState | undefined;
  for (const day of simulateDays({ seed, edge, exchanges: specs, dates: history })) state = day.state;
  if (state === undefined) throw new RangeError('sessions: expected at least one, was none');
  return state;
}

function minutesOf(setting: Setting): ChainSnapshot[][] {
  const { seed, edge, specs, liveDay } = setting.script;
  const { sessions } = simulateDay({
    seed,
    edge,
    exchanges: specs,
    date: liveDay,
    state: stateAfterHistory(setting),
  });
  return groupByMinute(sessions.flatMap((session) => session.snapshots));
}

/** Snapshots of the same minute together, by time. */
export function groupByMinute(snapshots: readonly ChainSnapshot[]): ChainSnapshot[][] {
  const minutes = new Map<string, ChainSnapshot[]>();
  for (const snapshot of snapshots) {
    const minute = snapshot.timestamp.slice(0, 16);
    minutes.set(minute, [...(minutes.get(minute) ?? []), snapshot]);
  }
  return [...minutes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/**
 * Posts a minute's snapshots at their time and lets the loop work on them. Those of chains that nobody is answered for
 * (all are answered for when `answered` is left out) go first and as a backfill: they are quoted, and no rows are made.
 */
export async function postMinute(
  { control, tracker }: Pick<Setting, 'control' | 'tracker'>,
  snapshots: readonly ChainSnapshot[],
  answered?: readonly Exchange[],
): Promise<number> {
  const latestMs = Math.max(...snapshots.map((snapshot) => Date.parse(snapshot.timestamp)));
  await control.advanceTo(new Date(latestMs + 1000).toISOString());
  const isAnswered = ({ exchange }: ChainSnapshot) => answered?.includes(exchange) ?? true;
  const quoted = snapshots.filter((snapshot) => !isAnswered(snapshot));
  let accepted = 0;
  if (quoted.length > 0) accepted += (await postSnapshots(tracker, quoted)).accepted;
  accepted += (await postPatiently(tracker, snapshots.filter(isAnswered))).accepted;
  await control.untilIdle(IDLE_WITHIN_S);
  return accepted;
}

async function playMinute(
  setting: Setting,
  snapshots: readonly ChainSnapshot[],
  book: OpenTrade[],
  report: LiveReport,
): Promise<void> {
  report.snapshots += await postMinute(setting, snapshots, setting.script.exchanges);
  const { exchanges } = setting.script;
  for (const snapshot of snapshots) await closeDue(setting, snapshot, book);
  for (const { exchange, timestamp } of snapshots.filter((one) => exchanges.includes(one.exchange))) {
    const answer = await setting.tracker.call<Recommendation>({
      method: 'POST',
      path: '/v1/score',
      body: { exchange },
    });
    report.answers += 1;
    report.actions[answer.action] = (report.actions[answer.action] ?? 0) + 1;
    await follow(setting, answer, { snapshots, timestamp }, book, report);
  }
}

/** The paper trader buys what may be executed, one position an exchange, and reports what it could not do. */
async function follow(
  setting: Setting,
  answer: Recommendation,
  { snapshots, timestamp }: Minute,
  open: OpenTrade[],
  report: LiveReport,
): Promise<void> {
  const taken = open.some((trade) => trade.exchange === answer.exchange);
  if (!answer.execute || taken) return;
  const chain = setting.script.tradedChains[answer.exchange];
  const price = lastPrice(
    snapshots.find(({ exchange }) => exchange === chain),
    answer.symbol,
  );
  const trade = {
    recommendation_id: answer.id,
    trade_id: `paper-${answer.id}`,
    origin: 'auto',
    exchange: answer.exchange,
    symbol: answer.symbol,
    side: 'BUY',
    quantity_lots: answer.recommended_lots,
    timestamp,
  };
  if (price === null || answer.symbol === null) {
    report.rejected += 1;
    await reportTrade(setting, { ...trade, status: 'rejected', reason: 'no price for the contract' });
    return;
  }
  report.trades += 1;
  await reportTrade(setting, { ...trade, status: 'executed', price });
  open.push({
    id: trade.trade_id,
    exchange: answer.exchange,
    chain,
    symbol: answer.symbol,
    price,
  });
}

function lastPrice(chain: ChainSnapshot | undefined, symbol: string | null): number | null {
  return chain?.legs.find((leg) => leg.symbol === symbol)?.ltp ?? null;
}

/** Sells what has reached the policy's target or stop, and everything once the session is to end flat. */
async function closeDue(setting: Setting, snapshot: ChainSnapshot, open: OpenTrade[]): Promise<void> {
  for (const trade of [...open]) {
    const price = trade.chain === snapshot.exchange ? lastPrice(snapshot, trade.symbol) : null;
    const reason =
      price === null ? null : exitReason(setting.script.exits, trade.price, price, snapshot.timestamp);
    if (reason === null) continue;
    open.splice(open.indexOf(trade), 1);
    await reportTrade(setting, {
      trade_id: trade.id,
      status: 'closed',
      reason,
      price,
      timestamp: snapshot.timestamp,
    });
  }
}

async function reportTrade({ tracker }: Setting, body: Readonly<Record<string, unknown>>): Promise<void> {
  await tracker.call({ method: 'POST', path: '/v1/trades', body });
}
