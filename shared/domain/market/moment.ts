import * as z from 'zod';

/** Fractions of a second to nine digits and more: what is longer says nothing, and no table takes it as a key. */
const MOST_CHARACTERS = 40;

/**
 * A moment that somebody states: ISO 8601 with its offset in at most 40 characters, of a year from 2000 to 2099. Beyond,
 * a date in UTC may have no year of four digits, and no partition.
 */
export const momentSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => text.length <= MOST_CHARACTERS, `expected at most ${MOST_CHARACTERS} characters`)
  .refine((text) => text > '2000' && text < '2100', 'expected a moment between 2000 and 2099');
