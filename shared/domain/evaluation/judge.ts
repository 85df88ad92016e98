import type { Execution } from './execution.ts';
import type { Judged } from './gate-context.ts';
import { measure } from './measure.ts';
import { pairedLabels } from './paired-labels.ts';
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
export function judge(input: JudgeInput, execution: Execution, rules: GateRulesPolicy): Judged {
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

/** Candidate and production on the same days. */
export interface Pair {
  /** On everything it was scored on: absolute floors and caps look here. */
  readonly candidate: Judged;
  /** The candidate on the sessions it has in common with production; null while there is none. */
  readonly common: Judged | null;
  /** Production on the very same sessions; null while there is none. */
  readonly baseline: Judged | null;
}

/**
 * Both records, and both cut to the sessions that both have (held-out sessions to those held out from both), so that
 * no rule compares one bundle's good week with another's bad one.
 * Example: `const context = { ...judgeAgainst(mine, theirs, execution, rules), trials, data, ... }`.
 */
export function judgeAgainst(
  candidate: JudgeInput,
  baseline: JudgeInput | null,
  execution: Execution,
  rules: GateRulesPolicy,
): Pair {
  const whole = judge(candidate, execution, rules);
  if (baseline === null) return { candidate: whole, common: null, baseline: null };
  return {
    candidate: whole,
    common: judge(labelledAlike(cutTo(candidate, baseline), baseline), execution, rules),
    baseline: judge(labelledAlike(cutTo(baseline, candidate), candidate), execution, rules),
  };
}

/** Hits and probabilities are compared on minutes of which both said something; a minute is held out or it is not. */
function labelledAlike(input: JudgeInput, other: JudgeInput): JudgeInput {
  const theirs = [...other.walk_forward, ...other.held_out];
  return {
    ...input,
    walk_forward: pairedLabels(input.walk_forward, theirs),
    held_out: pairedLabels(input.held_out, theirs),
  };
}

function cutTo(input: JudgeInput, other: JudgeInput): JudgeInput {
  const otherHeldOut = sessionsOf(other.held_out);
  const otherAll = new Set([...otherHeldOut, ...sessionsOf(other.walk_forward)]);
  const ownHeldOut = sessionsOf(input.held_out);
  return {
    ...input,
    held_out: input.held_out.filter((row) => otherHeldOut.has(row.session)),
    // A session held out from this bundle alone still counts among the walk-forward days.
    walk_forward: [
      ...input.walk_forward.filter((row) => !ownHeldOut.has(row.session)),
      ...input.held_out.filter((row) => !otherHeldOut.has(row.session)),
    ].filter((row) => otherAll.has(row.session)),
  };
}

function sessionsOf(rows: readonly ScoredRow[]): Set<string> {
  return new Set(rows.map((row) => row.session));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
