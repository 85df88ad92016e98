import type { GateContext } from './gate-context.ts';

export const GATE_RULES = [
  'sharpe',
  'drawdown-bounded',
  'hit-rate-holds',
  'f1-holds',
  'precision-at-top-k',
  'calibration-error',
  'deflated-sharpe',
  'overfitting-probability',
  'enough-evidence',
  'data-fresh-and-complete',
  'export-exact',
  'feature-parity',
] as const;
export type GateRuleId = (typeof GATE_RULES)[number];

/** One rule's judgement. The three numbers are null where the rule has none to show. */
export interface RuleResult {
  readonly rule: GateRuleId;
  /** Null: the rule does not apply to this candidate, and `why` says so; a verdict lists it apart. */
  readonly pass: boolean | null;
  readonly candidate: number | null;
  readonly baseline: number | null;
  readonly threshold: number | null;
  /** Plain words with the numbers. */
  readonly why: string;
}

export type GateRule = (context: GateContext) => RuleResult;

/**
 * A number for a sentence: four decimals, two digits when it is tiny, `unknown` when it is not there.
 * Example: `shown(0.12345)` is `0.1235`, `shown(3.04e-8)` is `3e-8`.
 */
export function shown(value: number | null): string {
  if (value === null || Number.isNaN(value)) return 'unknown';
  if (!Number.isFinite(value)) return String(value);
  return String(Number(Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(4)));
}

/** A share for a sentence, rounded down so that only a whole one is 100 %. Example: `percent(0.98)` is `98 %`. */
export function percent(share: number): string {
  return `${Math.floor(1000 * share + 1e-9) / 10} %`;
}
