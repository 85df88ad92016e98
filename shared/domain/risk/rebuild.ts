import * as z from 'zod';

/** The body of POST /v1/risk/rebuild. */
export const rebuildBodySchema = z.strictObject({
  /** The session; today when left out. */
  date: z.iso.date().optional(),
  /** Goes on behind this trade: what the answer before called `next`. */
  after: z.string().min(1).max(64).optional(),
});

/** The answer to it, of at most `MOST_AT_ONCE` trades. */
export const rebuildAnswerSchema = z.object({
  date: z.iso.date(),
  /** Trades that were booked again now, and the results of all of the day's trades. */
  trades: z.number().int().nonnegative(),
  results: z.number().int().nonnegative(),
  /** The last trade booked when more are to come; null when that was all. */
  next: z.string().nullable(),
});

/** Trades that one request books, in the order of their ids. */
export const MOST_AT_ONCE = 100;
