import { InvalidArgumentError } from 'commander';
import * as z from 'zod';

/**
 * A calendar date as an option takes it. Example: `2026-02-20`.
 * @throws InvalidArgumentError for anything else, 30 February among it.
 */
export function calendarDate(text: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new InvalidArgumentError('expected a calendar date as 2026-02-20.');
}
