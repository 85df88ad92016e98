import type { RiskFacts } from './facts.ts';

/** A model is live, but its bundle cannot be used: a file is missing or not what was registered. */
export function unusableModel({ modelFault }: RiskFacts): string | null {
  return modelFault === null ? null : `the live model cannot be used: ${modelFault}`;
}
