import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** The chain is not of the contract to follow on that day, or its legs are of more than one contract. */
export function wrongExpiry({ now, terms }: QualityContext): QualityFinding | null {
  const { expiry, legs } = now.snapshot;
  const flag = 'wrong_expiry';
  if (expiry !== terms.expiry) {
    return { flag, field: 'expiry', why: `expected ${terms.expiry} on ${terms.date}, was ${expiry}` };
  }
  const series = new Set(legs.map(seriesOf).filter((name) => name !== undefined));
  if (series.size <= 1) return null;
  return {
    flag,
    field: 'symbol',
    why: `expected legs of one series, was ${[...series].slice(0, 3).join(', ')}`,
  };
}

/** A symbol without strike and type. Example: `NIFTY25D0926000CE` is of `NIFTY25D09`. */
function seriesOf({ symbol, strike, option_type }: Leg): string | undefined {
  const ending = `${strike}${option_type}`;
  return symbol.endsWith(ending) ? symbol.slice(0, -ending.length) : undefined;
}
