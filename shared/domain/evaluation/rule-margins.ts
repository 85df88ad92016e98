import type { GateRuleId, RuleResult } from './rule-result.ts';

/** Which side of its threshold a rule's number must be on, and how far is far: what fills the picture's frame. */
interface Scale {
  readonly sense: 'at least' | 'at most';
  /** In the rule's own unit; null: the threshold itself. */
  readonly far: number | null;
}

const SCALES: Readonly<Record<GateRuleId, Scale>> = {
  sharpe: { sense: 'at least', far: 0.2 },
  'drawdown-bounded': { sense: 'at most', far: 0.05 },
  'hit-rate-holds': { sense: 'at least', far: 0.05 },
  'f1-holds': { sense: 'at least', far: 0.05 },
  'precision-at-top-k': { sense: 'at least', far: 0.1 },
  'calibration-error': { sense: 'at most', far: 0.1 },
  'deflated-sharpe': { sense: 'at least', far: 0.05 },
  'overfitting-probability': { sense: 'at most', far: 0.2 },
  'enough-evidence': { sense: 'at least', far: null },
  'data-fresh-and-complete': { sense: 'at least', far: 0.1 },
  'export-exact': { sense: 'at most', far: null },
  'feature-parity': { sense: 'at most', far: 10 },
};

export interface RuleMargin {
  readonly rule: GateRuleId;
  readonly pass: boolean | null;
  readonly sense: Scale['sense'];
  /** How far the candidate is on the good side of the threshold, in the rule's unit; negative on the bad side. */
  readonly margin: number | null;
  /** The margin as a share of the rule's scale, from -1 to 1: longer ones are cut. */
  readonly share: number | null;
}

/**
 * How far a rule's number is from its threshold; nulls where there is no number. A rule with further conditions may fail
 * on the good side, and a complaint in its `why` says of what.
 * Example: a drawdown of 0.02 under a cap of 0.1 has margin 0.08 and share 1.
 */
export function ruleMargin({ rule, pass, candidate, threshold }: RuleResult): RuleMargin {
  const { sense, far } = SCALES[rule];
  if (candidate === null || threshold === null) return { rule, pass, sense, margin: null, share: null };
  const margin = sense === 'at least' ? candidate - threshold : threshold - candidate;
  const share = margin / (far ?? Math.abs(threshold));
  return { rule, pass, sense, margin, share: Number.isNaN(share) ? 0 : Math.max(-1, Math.min(1, share)) };
}
