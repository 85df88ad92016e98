import { createHash } from 'node:crypto';
import { type Bundle, verifyBundle } from '../../shared/domain/training/bundle.ts';
import { modelMatrix } from '../../shared/domain/training/model-matrix.ts';
import type { Explanation, LoadBundle, RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import type { OpenSession } from '../../shared/ports/model-session.ts';
import { openExplaining } from '../families/explainer.ts';
import type { ScoreParts } from '../families/score-parts.ts';
import { advance, filterSessions, likeliestState } from '../hmm/filter.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';
import { readHmm } from '../hmm/json.ts';
import { splitColumns } from '../onnx/compare-scores.ts';

/** Opens a bundle for scoring; see the port. */
export const loadBundle: LoadBundle = async (files, openSession) => {
  const bundle = verifyBundle(files, (bytes) => createHash('sha256').update(bytes).digest('hex'));
  const { ask, askAll, ...opened } = await openParts(bundle, files, openSession);
  const scorer: Scorer = {
    ...opened,
    bundle,
    async score(featureRow, state) {
      const { answer, ...regime } = await ask(featureRow, state);
      return { ...regime, probabilities: triple(answer.probabilities), rawScores: triple(answer.rawScores) };
    },
    async replay(features, sessions) {
      const { answer, regimeProbabilities } = await askAll(features, sessions);
      return { ...answer, regimeProbabilities };
    },
  };
  return scorer;
};

/** A bundle's session, regime and explanations, whatever it answers; the files have been verified. */
export async function openParts(
  bundle: Pick<Bundle, 'family' | 'feature_names' | 'regime_states'>,
  files: ReadonlyMap<string, Uint8Array>,
  openSession: OpenSession,
) {
  const names = bundle.feature_names;
  const hmm = readHmm(textOf(files, 'regime.json'));
  const session = await openSession(files.get('model.onnx') as Uint8Array);
  const { method, parts } = openExplaining(bundle.family, files, async (matrix) => {
    const answer = await session.run(splitColumns(matrix, bundle.regime_states));
    return answer.rawScores;
  });
  const inputNames = [...names, ...Array.from({ length: hmm.states }, (_, state) => `regime_${state}`)];
  const chancesOf = (state: RegimeState) => Float32Array.from(state ?? hmm.initial);
  const rowOf = (features: Float64Array) => modelMatrix(features, 1, names.length);
  return {
    advanceRegime: (state: RegimeState, featureRow: Float64Array) =>
      advance(hmm, state, regimeRow(hmm, names, rowOf(featureRow), 1)),
    async ask(featureRow: Float64Array, state: RegimeState) {
      const chances = chancesOf(state);
      const answer = await session.run({ rows: 1, features: rowOf(featureRow), regime: chances });
      return {
        answer,
        regime: likeliestState(chances),
        regimeProbabilities: [...(state ?? hmm.initial)],
      };
    },
    async explain(featureRow: Float64Array, state: RegimeState): Promise<readonly Explanation[]> {
      const chances = chancesOf(state);
      const row = new Float32Array(names.length + chances.length);
      row.set(rowOf(featureRow));
      row.set(chances, names.length);
      const taken = await parts(row);
      const inputs = inputNames.map((feature, column) => ({
        ...{ feature, value: featureRow[column] ?? (row[column] as number) },
      }));
      return Array.from(taken.baseScores, (baseScore, own) => {
        const shap = once(() => classPart(taken, own, row.length));
        const contributions = once(() =>
          inputs.map((input, at) => ({ ...input, shap: shap()[at] as number })),
        );
        return {
          ...{ method, baseScore, inputs },
          get contributions() {
            return contributions();
          },
        };
      });
    },
    async askAll(features: Float64Array, sessions: readonly string[]) {
      const rows = sessions.length;
      const matrix = modelMatrix(features, rows, names.length);
      const regimeProbabilities = filterSessions(hmm, regimeRow(hmm, names, matrix, rows), sessions);
      const regime = Float32Array.from(regimeProbabilities);
      return { answer: await session.run({ rows, features: matrix, regime }), regimeProbabilities };
    },
    close: () => session.close(),
  };
}

/** One class's contributions: [columns]. */
function classPart(parts: ScoreParts, own: number, columns: number): Float64Array {
  return parts.ofClass?.(own) ?? parts.contributions.subarray(own * columns, (own + 1) * columns);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

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
