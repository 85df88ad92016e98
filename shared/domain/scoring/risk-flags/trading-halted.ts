import type { RiskFacts } from './facts.ts';

/** An operator has halted the exchange, or all of them. */
export function tradingHalted({ account }: Pick<RiskFacts, 'account'>): string | null {
  if (account === null || account.halt === null) return null;
  const { scope, by, at, reason } = account.halt;
  return `${by} halted ${scope === 'all' ? 'all exchanges' : scope} at ${at} (${reason})`;
}
