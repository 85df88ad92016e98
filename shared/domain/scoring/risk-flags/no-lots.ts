import type { RiskFacts } from './facts.ts';

/** The size rounds down to nothing. */
export function noLots({ action, lots }: RiskFacts): string | null {
  return action !== 'HOLD' && lots === 0 ? 'the size is below one lot' : null;
}
