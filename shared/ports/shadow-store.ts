import type { Exchange } from '../domain/market/snapshot.ts';
import type { Outcome } from '../domain/outcomes/outcome.ts';
import type { ResolvedShadow, ShadowSession } from '../domain/outcomes/shadow-session.ts';
import type { Challenger } from '../domain/promotion/challenger.ts';
import type { ShadowAnswer } from '../domain/scoring/shadow-answer.ts';

/** Challengers, what they answered beside the live model, and what became of it: apart from all that is live. */
export interface ShadowStore {
  /** The last one set, stopped or not. */
  challenger(exchange: Exchange, target: string): Promise<Challenger | undefined>;
  /** Writes the challenger and its change; expects the stored revision to be one less. @throws Conflict when it is not. */
  change(challenger: Challenger): Promise<void>;
  /** Every change, oldest first. */
  changes(exchange: Exchange, target: string): Promise<Challenger[]>;
  /** @returns false when the challenger's answer beside this live answer is there already; the first one stays. */
  addAnswer(answer: ShadowAnswer): Promise<boolean>;
  /** A challenger's answers of an Indian date, by time, with their outcomes. */
  answersOfDay(exchange: Exchange, target: string, version: string, date: string): Promise<ResolvedShadow[]>;
  /** Keeps the outcome of an answer that is stored. */
  resolve(answer: ShadowAnswer, outcome: Outcome): Promise<void>;
  putSession(session: ShadowSession): Promise<void>;
  /** A challenger's sessions beside every live version, by date. */
  sessions(exchange: Exchange, target: string, version: string): Promise<ShadowSession[]>;
}
