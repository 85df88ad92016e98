import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** Strikes of the ladder around the underlying's price lack their call, their put or both. */
export function missingStrikes({ ladder, policy }: QualityContext): QualityFinding | null {
  const missing = ladder.filter(({ call, put }) => call === undefined || put === undefined);
  if (missing.length <= policy.missing_strikes.allowed) return null;
  const { strike, call, put } = missing[0]!;
  const lacking = call === undefined ? (put === undefined ? 'both legs' : 'the call') : 'the put';
  return {
    flag: 'missing_strikes',
    field: 'legs',
    why: `expected ${ladder.length} strikes with call and put, was ${ladder.length - missing.length} (${strike} lacks ${lacking})`,
  };
}
