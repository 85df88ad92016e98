import type { RiskFacts } from './facts.ts';

/** The latest chain offers no contract that the execution policy would trade. */
export function noContract({ action, contract }: RiskFacts): string | null {
  return action !== 'HOLD' && contract === null ? 'the latest chain offers no tradable contract' : null;
}
