import { NotFound } from '../../errors.ts';
import type { ExchangeRules } from './exchange-rules.ts';

/**
 * The entry in force on a date: the last whose `key` is not after it. Throws NotFound, naming `name` and the date,
 * before the first entry and after the last date the market covers: an unknown term is an error, not a guess.
 */
export function inForce<Key extends string, Entry extends Record<Key, string>>(
  entries: readonly Entry[],
  key: Key,
  date: string,
  rules: ExchangeRules,
  name: string,
): Entry {
  const last = rules.market.coverage.to;
  const entry = date <= last ? entries.findLast((candidate) => candidate[key] <= date) : undefined;
  if (entry !== undefined) return entry;
  const known = `was none ${date <= last ? `before ${entries[0]?.[key]}` : `after ${last}`}`;
  throw new NotFound(
    `expected a ${name} of ${rules.name} for ${date}, ${known}; add it to config/exchanges.json`,
    { field: name },
  );
}
