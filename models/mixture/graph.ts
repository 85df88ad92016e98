import { InvariantViolated } from '../../shared/errors.ts';
import { plainGraph } from '../families/plain-model.ts';
import { int, node, tensor } from '../onnx/build.ts';
import { INPUTS, RAW_SCORES, type ScoreGraph } from '../onnx/classifier.ts';
import { renamed } from '../onnx/renamed.ts';
import { ELEMENT } from '../onnx/schema.ts';
import { stackGraph } from '../stacked/graph.ts';
import type { Mixing, MixtureForm, MixtureMember } from './regime-mixture.ts';

/** A member's own graph. */
export function memberGraph(member: MixtureMember): ScoreGraph {
  return member.kind === 'stacked' ? stackGraph(member.stack) : plainGraph(member);
}

/**
 * Several models as one graph: each scores every row, and the regime's columns say how much each counts.
 *
 * @param members - over the same columns: features first, then one column for each regime state
 * @param memberOfState - per state the number of its member; several states may share one
 * @throws InvariantViolated for a state whose member is not there, or members of different widths
 * @example regimeMixtureGraph([forestGraph(calm), forestGraph(wild)], [0, 0, 1, 1], 'probabilities')
 */
export function regimeMixtureGraph(
  members: readonly ScoreGraph[],
  memberOfState: Mixing['memberOfState'],
  form: MixtureForm,
): ScoreGraph {
  const columns = checkedColumns(members, memberOfState);
  const parts = members.map((member, at) => renamed(member, `member_${at}_`));
  const weights = weightNodes(columns, members.length, memberOfState, form);
  return {
    columns,
    node: [
      ...parts.flatMap(({ node }) => node),
      ...weights.node,
      ...members.flatMap((_, at) => shareNodes(at)),
      node(
        'Sum',
        members.map((_, at) => `member_${at}_share`),
        RAW_SCORES,
      ),
    ],
    initializer: [...parts.flatMap(({ initializer }) => initializer), ...weights.initializer],
  };
}

function checkedColumns(members: readonly ScoreGraph[], memberOfState: readonly number[]): number {
  const [first] = members;
  const unknown = memberOfState.find((member) => members[member] === undefined);
  if (first === undefined || unknown !== undefined) {
    throw new InvariantViolated(`mixture: expected a member for each state, was none with number ${unknown}`);
  }
  const other = members.find(({ columns }) => columns !== first.columns);
  if (other !== undefined) {
    throw new InvariantViolated(
      `mixture: expected members of ${first.columns} columns, was ${other.columns}`,
    );
  }
  return first.columns;
}

/** The tensor `member_weights`: [rows x members]. */
function weightNodes(columns: number, members: number, memberOfState: readonly number[], form: MixtureForm) {
  const states = memberOfState.length;
  const assignment = new Float64Array(states * members);
  memberOfState.forEach((member, state) => {
    assignment[state * members + member] = 1;
  });
  const state = (at: number) => BigInt(at);
  const places = BigInt64Array.from({ length: states }, (_, at) => state(columns - states + at));
  const oneHot = [
    // Of equal states the first, which is the calmer.
    node('ArgMax', ['state_chances'], 'likeliest_state', [int('axis', 1), int('keepdims', 1)]),
    node('Equal', ['likeliest_state', 'state_numbers'], 'is_state'),
    node('Cast', ['is_state'], 'state_weights', [int('to', ELEMENT.double)]),
  ];
  return {
    node: [
      node('Gather', [INPUTS, 'state_places'], 'state_chances', [int('axis', 1)]),
      ...(form === 'likeliest' ? oneHot : []),
      node(
        'MatMul',
        [form === 'likeliest' ? 'state_weights' : 'state_chances', 'member_of_state'],
        'member_weights',
      ),
    ],
    initializer: [
      tensor('state_places', places),
      tensor('member_of_state', assignment, [states, members]),
      ...(form === 'likeliest'
        ? [
            tensor(
              'state_numbers',
              BigInt64Array.from({ length: states }, (_, at) => state(at)),
            ),
          ]
        : []),
      ...Array.from({ length: members }, (_, at) =>
        tensor(`member_${at}_number`, BigInt64Array.of(BigInt(at))),
      ),
    ],
  };
}

/** What one member adds to the raw scores. */
function shareNodes(at: number) {
  const own = (name: string) => `member_${at}_${name}`;
  return [
    node('Gather', ['member_weights', own('number')], own('weight'), [int('axis', 1)]),
    node('Mul', [own(RAW_SCORES), own('weight')], own('share')),
  ];
}
