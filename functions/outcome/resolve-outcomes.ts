import { isStandIn } from '../../shared/domain/audit/stand-in.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import { epochMs, sessionDate, utcIso } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES, type Exchange } from '../../shared/domain/market/snapshot.ts';
import {
  type Followed,
  followedAgain,
  followOutcome,
  nextDueMs,
  saysTheSame,
} from '../../shared/domain/outcomes/follow-outcome.ts';
import { horizonMinutes } from '../../shared/domain/outcomes/horizon.ts';
import { type FollowedOutcome, OUTCOMES_AT_ONCE } from '../../shared/domain/outcomes/outcome.ts';
import type { TradeMark } from '../../shared/domain/outcomes/trade-mark.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { Conflict } from '../../shared/errors.ts';
import type { OutcomeChange } from '../../shared/ports/recommendation-store.ts';
import { type MarkPorts, markTrades } from './mark-trades.ts';
import { recordedSessions, type SessionPorts, type Sessions } from './recorded-sessions.ts';
import { type TallyPorts, tallyDay } from './tally-day.ts';

/** Recommendations and outcomes of an exchange in one run; what is left waits for the next quarter of an hour. */
const AT_ONCE = 2000;

export interface OutcomePorts extends SessionPorts, MarkPorts, Omit<TallyPorts, 'store' | 'risk'> {
  /** Moves up to this fraction count as flat. */
  readonly flatBand: number;
}

export interface OutcomeRequest {
  readonly exchange?: Exchange | undefined;
  /** A whole day again: what late data or a late trade report changes is put right. */
  readonly date?: string | undefined;
}

export interface OutcomeReport {
  readonly resolved: number;
  readonly pending: number;
  readonly unresolvable: number;
  /** Results that were final and came out differently. */
  readonly corrected: number;
  /** Trades that were marked, or marked anew. */
  readonly marked: number;
}

/**
 * Finds out what became of recommendations: those that are due, or all of a day when a date is given. Each is asked when
 * its decisive horizon is over, at 30 minutes and after the close. What comes out the same is not written again; what is
 * not in the audit log yet counts as pending. Trades are marked first; the day's tally follows what was written.
 */
export function resolveOutcomes(ports: OutcomePorts) {
  return async ({ exchange, date }: OutcomeRequest): Promise<OutcomeReport> => {
    const sessions = recordedSessions(ports);
    const marks = await markTrades(ports, sessions)({ exchange, date });
    const counts = { resolved: 0, pending: 0, unresolvable: 0, corrected: 0, marked: marks.length };
    for (const one of concerned(exchange, marks)) {
      const isAsked = exchange === undefined || one === exchange;
      const asked = isAsked ? await askedOf(ports, one, date) : NOTHING_ASKED;
      const found = await resolveExchange(ports, sessions, one, asked, marks);
      counts.pending += asked.unsealed;
      for (const { status } of found.outcomes) counts[status]++;
      counts.corrected += found.corrected;
    }
    return counts;
  };
}

/** What was asked for, and the exchanges whose trades were marked beside it: a mark that is kept is not made again. */
function concerned(asked: Exchange | undefined, marks: readonly TradeMark[]): readonly Exchange[] {
  if (asked === undefined) return EXCHANGES;
  return [...new Set([asked, ...marks.flatMap(({ exchange }) => exchange ?? [])])];
}

/** One recommendation to follow, with what is known of it. */
interface Task {
  readonly followed: Followed;
  readonly before: FollowedOutcome | null;
}

/** What was asked for of an exchange. */
interface Asked {
  readonly tasks: readonly Task[];
  readonly unsealed: number;
  /** A day that is tallied whatever comes of it. */
  readonly days: readonly string[];
}

const NOTHING_ASKED: Asked = { tasks: [], unsealed: 0, days: [] };

interface ExchangeReport {
  readonly outcomes: readonly FollowedOutcome[];
  readonly corrected: number;
}

async function resolveExchange(
  ports: OutcomePorts,
  sessions: Sessions,
  exchange: Exchange,
  asked: Asked,
  marks: readonly TradeMark[],
): Promise<ExchangeReport> {
  const tasks = new Map(asked.tasks.map((task) => [task.followed.id, task]));
  for (const task of await tradedAnew(ports, exchange, marks, tasks)) tasks.set(task.followed.id, task);
  const outcomes: FollowedOutcome[] = [];
  const changes: OutcomeChange[] = [];
  const marksOf = marksByDay(ports, marks);
  for (const { followed, before } of tasks.values()) {
    const mark = (await marksOf(dateOf(followed))).get(followed.id) ?? null;
    const change = await follow(ports, sessions, followed, before, mark);
    outcomes.push(change.outcome);
    if (isWorthKeeping(change, before)) changes.push(change);
  }
  const kept = await keepAll(ports, changes);
  const days = new Set([...asked.days, ...kept.map((outcome) => dateOf(followedAgain(outcome)))]);
  for (const mark of marks) if (mark.exchange === exchange) days.add(mark.date);
  for (const day of days) await tallyDay(ports, exchange, day, kept, marks);
  const corrected = kept.filter((outcome) => isCorrection(outcome, tasks)).length;
  return { outcomes, corrected };
}

function isCorrection(outcome: FollowedOutcome, tasks: ReadonlyMap<string, Task>): boolean {
  return outcome.corrections > (tasks.get(outcome.recommendation_id)?.before?.corrections ?? 0);
}

async function askedOf(ports: OutcomePorts, exchange: Exchange, date: string | undefined): Promise<Asked> {
  return date === undefined ? dueNow(ports, exchange) : wholeDay(ports, exchange, date);
}

async function dueNow({ store, clock }: OutcomePorts, exchange: Exchange): Promise<Asked> {
  const now = utcIso(clock());
  const fresh = await store.unresolved(exchange, now, AT_ONCE);
  const further = await store.unfinished(exchange, now, AT_ONCE);
  const tasks: Task[] = [
    ...fresh.map((recommendation) => ({ followed: followedOf(recommendation), before: null })),
    ...further.map((before) => ({ followed: followedAgain(before), before })),
  ];
  return { ...NOTHING_ASKED, tasks };
}

async function wholeDay({ store }: OutcomePorts, exchange: Exchange, date: string): Promise<Asked> {
  const placed = await store.placedOfDay(exchange, date);
  const known = new Map(
    (await store.outcomesOfDay(exchange, date)).map((outcome) => [outcome.recommendation_id, outcome]),
  );
  const sealed = placed.filter(({ logIndex }) => logIndex !== null);
  const tasks: Task[] = sealed.map(({ recommendation }) => ({
    followed: followedOf(recommendation),
    before: known.get(recommendation.id) ?? null,
  }));
  return { tasks, unsealed: placed.length - sealed.length, days: [date] };
}

/** Outcomes that are there already and whose trade was just marked. */
async function tradedAnew(
  { store }: OutcomePorts,
  exchange: Exchange,
  marks: readonly TradeMark[],
  known: ReadonlyMap<string, Task>,
): Promise<Task[]> {
  const ids = marks.flatMap(({ exchange: of, recommendation_id }) =>
    of === exchange && recommendation_id !== null && !known.has(recommendation_id) ? [recommendation_id] : [],
  );
  const tasks: Task[] = [];
  for (const id of new Set(ids)) {
    const { recommendation, outcomes } = await store.trail(id);
    const followed = followedOf(recommendation);
    const before = outcomes.find(({ horizon }) => horizon === followed.horizonMinutes);
    if (before !== undefined) tasks.push({ followed, before });
  }
  return tasks;
}

function followedOf(recommendation: Recommendation): Followed {
  return { ...recommendation, horizonMinutes: horizonMinutes(recommendation.target) };
}

function dateOf({ timestamp }: Pick<Followed, 'timestamp'>): string {
  return sessionDate(epochMs(timestamp));
}

/**
 * The marks of a day by recommendation: of each the earliest entry, the built-in broker's only where nobody else traded.
 * The index may lag behind those just made.
 */
function marksByDay({ store }: OutcomePorts, fresh: readonly TradeMark[]) {
  const read = new Map<string, Promise<ReadonlyMap<string, TradeMark>>>();
  const load = async (date: string) => {
    const known = [...(await store.marksOfDay(date)), ...fresh.filter((mark) => mark.date === date)];
    const byTrade = new Map(known.map((mark) => [mark.trade_id, mark]));
    const opened = [...byTrade.values()].filter(({ status }) => status !== 'orphan');
    const decisiveLast = opened.sort(
      (a, b) => Number(isStandIn(b.trade_id)) - Number(isStandIn(a.trade_id)) || enteredMs(b) - enteredMs(a),
    );
    return new Map(
      decisiveLast.flatMap((mark) =>
        mark.recommendation_id === null ? [] : [[mark.recommendation_id, mark]],
      ),
    );
  };
  return (date: string) => {
    const marks = read.get(date) ?? load(date);
    read.set(date, marks);
    return marks;
  };
}

/** Reports name their moments in whatever zone they like. */
function enteredMs({ entered_at, date }: TradeMark): number {
  return epochMs(entered_at ?? `${date}T00:00:00+05:30`);
}

async function follow(
  ports: OutcomePorts,
  sessions: Sessions,
  followed: Followed,
  before: FollowedOutcome | null,
  mark: TradeMark | null,
): Promise<OutcomeChange> {
  const date = dateOf(followed);
  const nowMs = ports.clock();
  const closeMs = sessionOf(date, ports.rules[followed.exchange])?.closeMs ?? epochMs(followed.timestamp);
  const { underlying } = await sessions(followed.exchange, date);
  const market = { prices: underlying, sessionCloseMs: closeMs, nowMs, flatBand: ports.flatBand };
  const outcome = followOutcome({ followed, mark, before, ...market });
  const dueMs = nextDueMs(outcome, closeMs, nowMs);
  return { outcome, dueAt: dueMs === null ? null : utcIso(dueMs) };
}

/** A first outcome waits for its decisive horizon; a later one is news when it says something else. */
function isWorthKeeping({ outcome }: OutcomeChange, before: FollowedOutcome | null): boolean {
  return before === null ? outcome.status !== 'pending' : !saysTheSame(outcome, before);
}

/** @returns those that were kept. Where somebody else was faster, what he wrote stands. */
async function keepAll(
  { store }: OutcomePorts,
  changes: readonly OutcomeChange[],
): Promise<FollowedOutcome[]> {
  const kept: FollowedOutcome[] = [];
  for (let at = 0; at < changes.length; at += OUTCOMES_AT_ONCE) {
    const some = changes.slice(at, at + OUTCOMES_AT_ONCE);
    if (await isKept(store, some)) kept.push(...some.map(({ outcome }) => outcome));
    else for (const one of some) if (await isKept(store, [one])) kept.push(one.outcome);
  }
  return kept;
}

async function isKept(store: OutcomePorts['store'], changes: readonly OutcomeChange[]): Promise<boolean> {
  try {
    await store.resolve(changes);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
