import { plainParts } from '../families/plain-model.ts';
import type { ScoreParts } from '../families/score-parts.ts';
import { stackParts } from '../stacked/explain.ts';
import { type MixtureMember, memberWeights, type RegimeMixture, regimeOf } from './regime-mixture.ts';

/**
 * Exact Shapley values of a mixture with the row's regime weights held fixed: the members' own values and base scores,
 * weighted as the scores are. A regime column's value is what it does within the members; that it chooses among them is
 * not a contribution. Members without weight are not looked at.
 */
export function mixtureParts(mixture: RegimeMixture): (row: Float32Array) => ScoreParts {
  const members = mixture.members.map(memberParts);
  return (row) => {
    const weights = memberWeights(mixture, members.length, regimeOf(mixture, row));
    const baseScores = new Float64Array(3);
    const contributions = new Float64Array(3 * row.length);
    members.forEach((parts, member) => {
      const weight = weights[member] as number;
      if (weight === 0) return;
      const own = parts(row);
      addTimes(baseScores, own.baseScores, weight);
      addTimes(contributions, own.contributions, weight);
    });
    return { baseScores, contributions };
  };
}

function memberParts(member: MixtureMember): (row: Float32Array) => ScoreParts {
  return member.kind === 'stacked' ? stackParts(member.stack) : plainParts(member);
}

function addTimes(sum: Float64Array, values: Float64Array, weight: number): void {
  for (let at = 0; at < sum.length; at += 1) sum[at]! += weight * (values[at] as number);
}
