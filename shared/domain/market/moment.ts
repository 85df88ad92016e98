import { z } from 'zod';

/**
 * A moment that somebody states: ISO 8601 with its offset, of a year from 2000 to 2099. Beyond, a date in UTC may have
 * no year of four digits, and no partition.
 */
export const momentSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => text > '2000' && text < '2100', 'expected a moment between 2000 and 2099');
