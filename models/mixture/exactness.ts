import type { ExactnessReport, Matrix } from '../../shared/ports/model-family.ts';
import { edgesOf, type PlainModel } from '../families/plain-model.ts';
import { compareScores, type ScoreCheck } from '../onnx/compare-scores.ts';
import { compareLeaves } from '../trees/exactness.ts';
import { type MixtureMember, memberScores, mixScores, type RegimeMixture } from './regime-mixture.ts';

/** Whoever made a member, asked about rows as the bundle sees them. */
export interface MemberOracle {
  /** [rows x 3]. */
  rawScores(matrix: Matrix): Promise<Float64Array>;
  /** For trees: [rows x trees], numbered within each tree. */
  leaves?(matrix: Matrix): Promise<ArrayLike<number>>;
}

export interface MixtureCheck extends Omit<ScoreCheck, 'oracle' | 'edges' | 'constrain' | 'regimeStates'> {
  readonly mixture: RegimeMixture;
  /** In the members' order. */
  readonly oracles: readonly MemberOracle[];
}

/**
 * Proves that the exported mixture is its members: on `count` ordinary and `count` adversarial rows every member's trees
 * end in the library's leaves, and walk and graph give the library's scores combined by the regime.
 *
 * @throws InvariantViolated naming the member, or the kind of rows and the difference
 */
export function checkMixture({ mixture, oracles, ...check }: MixtureCheck): Promise<ExactnessReport> {
  const states = mixture.memberOfState.length;
  return compareScores({
    ...check,
    regimeStates: states,
    edges: edgesOf(mixture.members.flatMap(plainMembers), check.sample.columns),
    constrain: (values, uniform) => likelyRegimes(values, check.sample, states, uniform),
    oracle: {
      async rawScores(matrix) {
        const scores: Float64Array[] = [];
        for (const oracle of oracles) scores.push(await oracle.rawScores(matrix));
        return mixScores(mixture, scores, matrix);
      },
      secondOpinion: (matrix) => mixScores(mixture, memberScores(mixture, matrix), matrix),
      async inspect(matrix, kind) {
        for (const [at, member] of mixture.members.entries()) {
          const leaves = oracles[at]?.leaves;
          if (member.kind !== 'trees' || leaves === undefined) continue;
          await compareLeaves(member.forest, { leaves }, matrix, `${kind}, member ${at}`);
        }
      },
    },
  });
}

function plainMembers(member: MixtureMember): readonly PlainModel[] {
  return member.kind === 'stacked' ? member.stack.members : [member];
}

/** Regime columns are probabilities: one row in four keeps a sample row's, the others are sure, torn or anything. */
function likelyRegimes(values: Float32Array, sample: Matrix, states: number, uniform: () => number): void {
  const { columns } = sample;
  for (let end = columns; end <= values.length; end += columns) {
    const own = values.subarray(end - states, end);
    const kind = Math.floor(4 * uniform());
    if (kind === 0) {
      const row = Math.floor(uniform() * sample.rows);
      own.set(sample.values.subarray((row + 1) * columns - states, (row + 1) * columns));
    } else if (kind === 1) {
      own.fill(0)[Math.floor(uniform() * states)] = 1;
    } else if (kind === 2) {
      own.fill(1 / states);
    } else {
      const drawn = Float64Array.from(own, () => uniform());
      const total = drawn.reduce((sum, value) => sum + value, 0);
      own.set(drawn.map((value) => value / total));
    }
  }
}
