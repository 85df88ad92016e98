import file from '../../config/exchanges.json' with { type: 'json' };
import {
  calendarOf,
  contradictions,
  type ExchangesRules,
  exchangesFileSchema,
} from '../domain/market/exchange-rules.ts';
import { EXCHANGES } from '../domain/market/snapshot.ts';
import { RejectedInput } from '../errors.ts';
import { parseConfig } from './parse.ts';

const NAME = 'config/exchanges.json';

/**
 * The rules of all exchanges from the text of a configuration file, indexed for use.
 * Throws RejectedInput that names the key, what was expected and what it was.
 */
export function parseExchanges(json: unknown): ExchangesRules {
  const rules = parseConfig(exchangesFileSchema, json, NAME);
  for (const [market, marketRules] of Object.entries(rules.markets)) {
    const wrong = contradictions(marketRules)[0];
    if (wrong !== undefined)
      throw new RejectedInput(`${NAME}: markets.${market}.${wrong}`, { field: `markets.${market}` });
  }
  const calendars = new Map(
    Object.entries(rules.markets).map(([name, market]) => [name, calendarOf(name, market)]),
  );
  const byName = EXCHANGES.map((name) => {
    const { market: marketName, ...contract } = rules.exchanges[name];
    const market = calendars.get(marketName);
    if (market !== undefined) return [name, { ...contract, name, market }] as const;
    const known = [...calendars.keys()].join(', ');
    const field = `exchanges.${name}.market`;
    throw new RejectedInput(`${NAME}: ${field}: expected one of ${known}, was ${marketName}`, { field });
  });
  return Object.fromEntries(byName) as ExchangesRules;
}

let loaded: ExchangesRules | undefined;

/** The rules of `config/exchanges.json` that ships with the code, checked on first use. */
export function exchangesRules(): ExchangesRules {
  loaded ??= parseExchanges(file);
  return loaded;
}
