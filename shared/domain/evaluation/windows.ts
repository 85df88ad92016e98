import type { BaselineSource, SessionBaseline } from './baseline.ts';
import type { GateContext, Judged } from './gate-context.ts';

/** Whether the bundle itself is judged on a session, or the procedure that made it. */
export type CandidateSource = 'held_out' | 'walk_forward';

/** One session of the verdict: whose answers are judged, and on how much. */
export interface WindowSession {
  readonly session: string;
  readonly candidate: CandidateSource;
  readonly production: BaselineSource | null;
  /** Minutes of production without an answer, and with one that no model gave; 0 while nothing is live. */
  readonly missing: number;
  readonly unasked: number;
  readonly why: string | null;
}

/** What a verdict was made on. */
export interface Windows {
  /** The candidate's sessions, by date. Those with production's answers are the ones that are compared. */
  readonly sessions: readonly WindowSession[];
  readonly common: number;
  /** Common sessions by the source of production's answers. */
  readonly production: Readonly<Record<BaselineSource, number>>;
  /** Production's minutes on common sessions: all, and those without an answer or without a model's. */
  readonly minutes: number;
  readonly missing: number;
  readonly unasked: number;
}

/** The windows of a verdict. Example: `windowsOf(context).production.audited` is 3. */
export function windowsOf({ candidate, sources = [] }: Pick<GateContext, 'candidate' | 'sources'>): Windows {
  const heldOut = new Set(sessionsOf(candidate.held_out));
  const production = new Map(sources.map((one) => [one.session, one]));
  const sessions = sessionsOf(candidate.all).map((session): WindowSession => {
    const theirs = production.get(session);
    return {
      session,
      candidate: heldOut.has(session) ? 'held_out' : 'walk_forward',
      production: theirs?.source ?? null,
      missing: theirs?.missing ?? 0,
      unasked: theirs?.unasked ?? 0,
      why: theirs?.why ?? null,
    };
  });
  const judged = new Set(sessions.map(({ session }) => session));
  const common = sources.filter(({ session, source }) => source !== null && judged.has(session));
  const sum = (of: (one: SessionBaseline) => number) => common.reduce((total, one) => total + of(one), 0);
  const from = (source: BaselineSource) => common.filter((one) => one.source === source).length;
  return {
    sessions,
    common: common.length,
    production: {
      audited: from('audited'),
      held_out: from('held_out'),
      replayed: from('replayed'),
      walk_forward: from('walk_forward'),
    },
    minutes: sum(({ minutes }) => minutes),
    missing: sum(({ missing }) => missing),
    unasked: sum(({ unasked }) => unasked),
  };
}

function sessionsOf(measures: Judged['all']): string[] {
  return measures.backtest.days.map(({ session }) => session);
}

/** Sessions in a row of which everything comes from the same source. */
export interface WindowRun extends Pick<WindowSession, 'candidate' | 'production' | 'why'> {
  readonly first: string;
  readonly last: string;
  readonly sessions: number;
  readonly missing: number;
  readonly unasked: number;
}

/** The sessions as runs, for people. Example: 60 walk-forward sessions and 10 held-out ones are two runs. */
export function windowRuns({ sessions }: Pick<Windows, 'sessions'>): WindowRun[] {
  const runs: WindowRun[] = [];
  for (const { session, candidate, production, missing, unasked, why } of sessions) {
    const last = runs.at(-1);
    if (last?.candidate === candidate && last.production === production && last.why === why) {
      runs[runs.length - 1] = {
        ...last,
        last: session,
        sessions: last.sessions + 1,
        missing: last.missing + missing,
        unasked: last.unasked + unasked,
      };
    } else {
      runs.push({ first: session, last: session, sessions: 1, candidate, production, missing, unasked, why });
    }
  }
  return runs;
}
