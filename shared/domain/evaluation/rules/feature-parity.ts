import type { GateContext } from '../gate-context.ts';
import type { RuleResult } from '../rule-result.ts';

/** Features recomputed from the lake equal those that were served, bit for bit, on enough rows. */
export function featureParity({ parity, policy }: GateContext): RuleResult {
  const floor = policy.evidence.parity_rows;
  const enough = parity.rows_compared >= floor;
  const equal = parity.rows_differing === 0;
  return {
    rule: 'feature-parity',
    pass: enough && equal,
    candidate: parity.rows_differing,
    baseline: null,
    threshold: 0,
    why: equal
      ? `${parity.rows_compared} served rows equal their recomputation bit for bit` +
        (enough ? '.' : `, but ${floor} must have been compared.`)
      : `${parity.rows_differing} of ${parity.rows_compared} served rows differ from their recomputation, ` +
        `first ${parity.first_difference ?? 'unnamed'}.`,
  };
}
