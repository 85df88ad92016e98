import type { ExecutionPolicy } from '../backtest/execution-policy.ts';
import type { Judged } from './gate-context.ts';
import { measure } from './measure.ts';
import type { GateRulesPolicy } from './policy.ts';
import type { ScoredRow } from './scored-row.ts';

export interface JudgeInput {
  readonly version: string;
  readonly bundle_hash: string;
  readonly logic_hash: string;
  /** `oof.parquet`: every score from a fit that ended before its day; in time order. */
  readonly walk_forward: readonly ScoredRow[];
  /** The bundle itself on sessions it never saw; in time order. */
  readonly held_out: readonly ScoredRow[];
}

/**
 * One bundle's out-of-sample record. On a session that is in both lists the bundle's own scores count: what is judged
 * is what is deployed. Example: `judge({ ...bundle, walk_forward, held_out }, execution, rules).all.backtest.metrics`.
 */
export function judge(input: JudgeInput, execution: ExecutionPolicy, rules: GateRulesPolicy): Judged {
  const heldOutSessions = new Set(input.held_out.map((row) => row.session));
  const earlier = input.walk_forward.filter((row) => !heldOutSessions.has(row.session));
  const all = [...earlier, ...input.held_out].sort(
    (a, b) => compareText(a.session, b.session) || a.minute - b.minute,
  );
  return {
    version: input.version,
    bundle_hash: input.bundle_hash,
    logic_hash: input.logic_hash,
    held_out: measure(input.held_out, execution, rules),
    all: measure(all, execution, rules),
  };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
