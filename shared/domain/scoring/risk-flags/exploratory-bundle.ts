import type { RiskFacts } from './facts.ts';

/** The live bundle learnt from fewer than five sessions. */
export function exploratoryBundle({ live }: RiskFacts): string | null {
  return live?.exploratory ? `model ${live.version} is exploratory (fewer than five sessions of data)` : null;
}
