import * as z from 'zod';
import { QUALITY_FLAGS } from '../market/quality/finding.ts';

/** What a vector was posted as: ready features, or the window of snapshots that it was made of. */
export const GIVEN_AS = ['features', 'window'] as const;
export type GivenAs = (typeof GIVEN_AS)[number];

/** What an answer on a posted vector depends on besides it, so that its record alone gives it again. */
export const givenStateSchema = z.object({
  as: z.enum(GIVEN_AS),
  /** Of the window's last snapshot; none for posted features. */
  quality_flags: z.array(z.enum(QUALITY_FLAGS)),
  /** The regime filter before the vector's own step; null where no model was asked. */
  regime: z
    .object({
      /** Chances of the states; null before the session's first row. */
      state: z.array(z.number().min(0).max(1)).nullable(),
      /** Feature rows of the session before this one. */
      rows: z.number().int().nonnegative(),
    })
    .nullable(),
});
export type GivenState = z.infer<typeof givenStateSchema>;
