import type { Leg } from '../snapshot.ts';
import type { QualityFinding, QualityFlag } from './finding.ts';

/** A leg that breaks a rule, and how. */
export interface BrokenLeg {
  readonly leg: Leg;
  readonly why: string;
}

/** A number for people: at most four decimals. Example: `shown(0.1 + 0.2)` is `0.3`. */
export function shown(value: number): string {
  return String(Number(value.toFixed(4)));
}

/** A leg's short name. Example: `26000 CE`. */
export function legName({ strike, option_type }: Leg): string {
  return `${strike} ${option_type}`;
}

/** One finding for all broken legs of a rule: how many of how many, and the first in numbers; null below `least`. */
export function legsFinding(
  flag: QualityFlag,
  field: string,
  broken: readonly BrokenLeg[],
  judged: number,
  least: number,
): QualityFinding | null {
  const first = broken[0];
  if (first === undefined || broken.length < least) return null;
  return {
    flag,
    field,
    why: `${broken.length} of ${judged} legs, first ${legName(first.leg)}: ${first.why}`,
  };
}
