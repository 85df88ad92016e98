import * as z from 'zod';
import { exchangeSchema } from '../market/snapshot.ts';
import type { Action } from '../scoring/recommendation.ts';
import type { ShadowAnswer } from '../scoring/shadow-answer.ts';
import type { Outcome } from './outcome.ts';

const count = z.number().int().nonnegative();

/** A challenger beside one live version in one session; written once, when every outcome is known. */
export const shadowSessionSchema = z.object({
  exchange: exchangeSchema,
  target: z.string().min(1),
  date: z.iso.date(),
  version: z.string().min(1),
  live_version: z.string().min(1),
  /** Live answers of the session while the challenger was set. */
  asked: count,
  /** Of those, how many the challenger answered; `faults` were noted, the others are lost. */
  answered: count,
  faults: count,
  /** Moments that count: both models could speak, and what became of it is known. */
  moments: count,
  /** Moments at which both asked for the same. */
  agreed: count,
  /** BUY or SELL of the challenger at those moments, and how many named the realised direction. */
  acted: count,
  correct: count,
  live_acted: count,
  live_correct: count,
  /**
   * Mean over the moments of what the challenger's action would have brought beyond the live one's, in basis points of
   * the underlying, costs taken off; null without moments.
   */
  mean_difference_bps: z.number().nullable(),
  judged_at: z.iso.datetime({ offset: true }),
});
export type ShadowSession = z.infer<typeof shadowSessionSchema>;

/** A challenger's answer with its outcome, null while that is open. */
export interface ResolvedShadow {
  readonly answer: ShadowAnswer;
  readonly outcome: Outcome | null;
}

interface SessionInput {
  /** Exchange, target, date, challenger, live version, and when it is judged. */
  readonly of: Pick<ShadowSession, 'exchange' | 'target' | 'date' | 'version' | 'live_version' | 'judged_at'>;
  readonly asked: number;
  /** The challenger's answers of the session, beside whatever live version. */
  readonly shadows: readonly ResolvedShadow[];
  /** Cost of a round trip, basis points of the underlying. */
  readonly costBps: number;
}

/**
 * What a session says. A moment counts when the live model spoke (no rule held it back), the challenger answered, and
 * the outcome is resolved. Both are judged by the same price: the outcome belongs to the moment.
 */
export function shadowSession({ of, asked, shadows, costBps }: SessionInput): ShadowSession {
  const beside = shadows.filter(({ answer }) => answer.live.model_version === of.live_version);
  const faults = beside.filter(({ answer }) => answer.fault !== null).length;
  const moments = beside.flatMap((shadow) => momentOf(shadow) ?? []);
  const challenger = tally(moments.map(({ action, direction }) => ({ action, direction })));
  const live = tally(moments.map(({ liveAction, direction }) => ({ action: liveAction, direction })));
  const differences = moments.map(
    ({ action, liveAction, realised }) =>
      broughtBps(action, realised, costBps) - broughtBps(liveAction, realised, costBps),
  );
  return {
    ...of,
    asked: Math.max(asked, beside.length),
    answered: beside.length - faults,
    faults,
    moments: moments.length,
    agreed: moments.filter(({ action, liveAction }) => action === liveAction).length,
    acted: challenger.acted,
    correct: challenger.correct,
    live_acted: live.acted,
    live_correct: live.correct,
    mean_difference_bps:
      moments.length === 0 ? null : differences.reduce((sum, one) => sum + one, 0) / moments.length,
  };
}

/**
 * What an action brought in basis points of the underlying's price: the move for BUY, against it for SELL, less the cost
 * of a round trip; 0 for HOLD. Example: `broughtBps('SELL', -0.001, 3)` is 7.
 */
export function broughtBps(action: Action, realisedReturn: number, costBps: number): number {
  if (action === 'HOLD') return 0;
  return (action === 'BUY' ? realisedReturn : -realisedReturn) * 10_000 - costBps;
}

interface Moment {
  readonly action: Action;
  readonly liveAction: Action;
  readonly realised: number;
  readonly direction: number;
}

function momentOf({ answer, outcome }: ResolvedShadow): Moment | undefined {
  const { action, live } = answer;
  const { realised_return: realised = null, realised_direction: direction = null } = outcome ?? {};
  if (action === null || live.hold_reason !== null || realised === null || direction === null) {
    return undefined;
  }
  return { action, liveAction: live.action, realised, direction };
}

function tally(answers: readonly { readonly action: Action; readonly direction: number }[]) {
  const acting = answers.filter(({ action }) => action !== 'HOLD');
  const right = acting.filter(({ action, direction }) => direction === (action === 'BUY' ? 1 : -1));
  return { acted: acting.length, correct: right.length };
}
