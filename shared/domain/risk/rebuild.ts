import { z } from 'zod';

/** The body of POST /v1/risk/rebuild. */
export const rebuildBodySchema = z.strictObject({
  /** The session; today when left out. */
  date: z.iso.date().optional(),
});

/** The answer to it. */
export const rebuildAnswerSchema = z.object({
  date: z.iso.date(),
  /** Trades of the day that were booked again, and of those how many have a result. */
  trades: z.number().int().nonnegative(),
  results: z.number().int().nonnegative(),
});
