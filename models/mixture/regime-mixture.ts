import type { Matrix } from '../../shared/ports/model-family.ts';
import { type PlainModel, plainOf, plainScores, writePlain } from '../families/plain-model.ts';
import { likeliestState } from '../hmm/filter.ts';
import { type Stack, stackOf, stackScores, writeStack } from '../stacked/stack.ts';

/**
 * How the members' raw scores are combined: by the probabilities of their regime states, or by the likeliest state's
 * member alone (of equal states the calmer one's).
 */
export type MixtureForm = 'probabilities' | 'likeliest';

export interface Mixing {
  readonly form: MixtureForm;
  /** Per regime state the number of its member; several states may share one. */
  readonly memberOfState: readonly number[];
}

/** One model of the mixture, over the bundle's rows: features first, then the regime's probabilities. */
export type MixtureMember = PlainModel | { readonly kind: 'stacked'; readonly stack: Stack };

/** One model per regime state, told apart by the last columns of a row. */
export interface RegimeMixture extends Mixing {
  readonly members: readonly MixtureMember[];
}

const CLASSES = 3;

/**
 * The members' shares in a row's raw scores.
 *
 * @param regime - probabilities of the states, in [0, 1]
 * @returns per member; sum 1 as far as the probabilities' is
 * @example memberWeights({ form: 'likeliest', memberOfState: [0, 1, 1] }, 2, [0.2, 0.3, 0.5]) // [0, 1]
 */
export function memberWeights(
  { form, memberOfState }: Mixing,
  members: number,
  regime: ArrayLike<number>,
): Float64Array {
  const weights = new Float64Array(members);
  if (form === 'likeliest') {
    weights[memberOfState[likeliestState(regime)] as number] = 1;
    return weights;
  }
  memberOfState.forEach((member, state) => {
    weights[member]! += regime[state] as number;
  });
  return weights;
}

/** The regime's probabilities of a row: its last columns. */
export function regimeOf({ memberOfState }: Mixing, row: Float32Array): Float32Array {
  return row.subarray(row.length - memberOfState.length);
}

/** Raw scores of each member: [members][rows x 3]. */
export function memberScores({ members }: RegimeMixture, matrix: Matrix): Float64Array[] {
  return members.map((member) =>
    member.kind === 'stacked' ? stackScores(member.stack, matrix) : plainScores(member, matrix),
  );
}

/** The members' raw scores combined row by row: [rows x 3]. */
export function mixScores(mixing: Mixing, scores: readonly Float64Array[], matrix: Matrix): Float64Array {
  const { values, rows, columns } = matrix;
  const mixed = new Float64Array(rows * CLASSES);
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    memberWeights(mixing, scores.length, regimeOf(mixing, own)).forEach((weight, member) => {
      const from = scores[member] as Float64Array;
      for (let at = row * CLASSES; at < (row + 1) * CLASSES; at += 1) {
        mixed[at]! += weight * (from[at] as number);
      }
    });
  }
  return mixed;
}

/** The mixture as JSON text (mixture.json); every number comes back bit for bit. */
export function writeMixture({ form, memberOfState, members }: RegimeMixture): string {
  const written = members.map((member) =>
    member.kind === 'stacked' ? `{"kind":"stacked","stack":${writeStack(member.stack)}}` : writePlain(member),
  );
  const mixing = `"form":"${form}","memberOfState":${JSON.stringify(memberOfState)}`;
  return `{"schema":1,${mixing},"members":[${written.join(',')}]}`;
}

/** What `writeMixture` wrote. The text is trusted: its hash was checked by the caller. */
export function readMixture(text: string): RegimeMixture {
  const { form, memberOfState, members } = JSON.parse(text) as RegimeMixture;
  return {
    form,
    memberOfState,
    members: members.map((member) =>
      member.kind === 'stacked' ? { kind: 'stacked', stack: stackOf(member.stack) } : plainOf(member),
    ),
  };
}
