import type { RiskFacts } from './facts.ts';

/** The features have drifted too far from what the live bundle was trained on; another bundle is not meant. */
export function driftBlocked({ account, live }: Pick<RiskFacts, 'account' | 'live'>): string | null {
  const block = account?.drift_block;
  if (block == null || live === null || block.model_version !== live.version) return null;
  return `drift blocks model ${block.model_version} since the report of ${block.at}: ${block.why.replace(/\.$/, '')}`;
}
