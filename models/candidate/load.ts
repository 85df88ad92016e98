import { verifyBundle } from '../../shared/domain/training/bundle.ts';
import { modelMatrix } from '../../shared/domain/training/model-matrix.ts';
import type { LoadBundle, RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import { openExplaining } from '../families/explainer.ts';
import { advance, filterSessions, likeliestState } from '../hmm/filter.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';
import { readHmm } from '../hmm/json.ts';
import { splitColumns } from '../onnx/compare-scores.ts';

/** Opens a bundle for scoring; see the port. */
export const loadBundle: LoadBundle = async (files, openSession) => {
  const bundle = verifyBundle(files);
  const names = bundle.feature_names;
  const hmm = readHmm(textOf(files, 'regime.json'));
  const session = await openSession(files.get('model.onnx') as Uint8Array);
  const { method, parts } = openExplaining(bundle.family, files, async (matrix) => {
    const answer = await session.run(splitColumns(matrix, bundle.regime_states));
    return answer.rawScores;
  });
  const chancesOf = (state: RegimeState) => Float32Array.from(state ?? hmm.initial);
  const rowOf = (features: Float64Array) => modelMatrix(features, 1, names.length);

  const scorer: Scorer = {
    bundle,
    advanceRegime: (state, featureRow) => advance(hmm, state, regimeRow(hmm, names, rowOf(featureRow), 1)),
    async score(featureRow, state) {
      const chances = chancesOf(state);
      const answer = await session.run({ rows: 1, features: rowOf(featureRow), regime: chances });
      return {
        probabilities: triple(answer.probabilities),
        rawScores: triple(answer.rawScores),
        regime: likeliestState(chances),
        regimeProbabilities: [...(state ?? hmm.initial)],
      };
    },
    async explain(featureRow, state) {
      const row = Float32Array.of(...rowOf(featureRow), ...chancesOf(state));
      const { baseScores, contributions } = await parts(row);
      const nameOf = (column: number) => names[column] ?? `regime_${column - names.length}`;
      const rawValue = (column: number) => featureRow[column] ?? (row[column] as number);
      return Array.from(baseScores, (baseScore, own) => ({
        method,
        baseScore,
        contributions: Array.from(
          contributions.subarray(own * row.length, (own + 1) * row.length),
          (shap, column) => ({ feature: nameOf(column), value: rawValue(column), shap }),
        ),
      }));
    },
    async replay(features, sessions) {
      const rows = sessions.length;
      const matrix = modelMatrix(features, rows, names.length);
      const regimeProbabilities = filterSessions(hmm, regimeRow(hmm, names, matrix, rows), sessions);
      const answer = await session.run({
        rows,
        features: matrix,
        regime: Float32Array.from(regimeProbabilities),
      });
      return { ...answer, regimeProbabilities };
    },
    close: () => session.close(),
  };
  return scorer;
};

function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return new TextDecoder().decode(files.get(path));
}

function triple(values: Float64Array): [number, number, number] {
  return [values[0] as number, values[1] as number, values[2] as number];
}

/** The regime's inputs out of model rows: [rows x inputs]. */
function regimeRow(
  hmm: GaussianHmm,
  names: readonly string[],
  matrix: Float32Array,
  rows: number,
): Float64Array {
  const places = hmm.inputs.map((name) => names.indexOf(name));
  return Float64Array.from({ length: rows * places.length }, (_, at) => {
    const row = Math.floor(at / places.length);
    return matrix[row * names.length + (places[at % places.length] as number)] as number;
  });
}
