import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import { probeRows } from '../../shared/domain/scoring/probe-rows.ts';
import { referenceProfileSchema } from '../../shared/domain/scoring/reference.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Explanation, Scorer } from '../../shared/ports/model-scorer.ts';

const CLASS_INDEXES = [0, 1, 2] as const;
/** Raw scores add up hundreds of leaves in float32 inside the graph. */
const RAW_TOLERANCE = 1e-4;
const SUM_TOLERANCE = 1e-6;

type Registered = Pick<LivePointer, 'bundle_prefix' | 'bundle_hash'>;
type ReadFiles = (prefix: string) => Promise<ReadonlyMap<string, Uint8Array>>;
type Load = (files: ReadonlyMap<string, Uint8Array>) => Promise<Scorer>;

/**
 * Loads a bundle (every hash is verified, and the whole against the registry's), scores rows drawn from its own reference profile, and compares the graph's
 * raw scores with the trees' exact contributions, which know nothing of the graph.
 * @throws InvariantViolated naming the file that differs or the row that came out wrong
 */
export function smokeTest(readFiles: ReadFiles, load: Load) {
  return async ({ bundle_prefix, bundle_hash }: Registered): Promise<void> => {
    const files = await readFiles(bundle_prefix);
    const scorer = await load(files);
    try {
      assertRegistered(scorer.bundle.bundle_hash, bundle_hash, bundle_prefix);
      const text = new TextDecoder().decode(files.get('reference.json'));
      const rows = probeRows(referenceProfileSchema.parse(JSON.parse(text)));
      for (const [index, row] of rows.entries()) await checkRow(scorer, row, index);
    } finally {
      await scorer.close();
    }
  };
}

function assertRegistered(found: string, expected: string, prefix: string): void {
  if (found === expected) return;
  const field = `${prefix}bundle.json`;
  throw new InvariantViolated(`${field}: expected the registered bundle ${expected}, was ${found}`, {
    field,
  });
}

async function checkRow(scorer: Scorer, row: Float64Array, index: number): Promise<void> {
  const state = scorer.advanceRegime(null, row);
  const { probabilities, rawScores } = await scorer.score(row, state);
  const sum = probabilities.reduce((total, value) => total + value, 0);
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
    throw new InvariantViolated(
      `smoke test row ${index}: expected probabilities that add up to 1, was ${sum}`,
    );
  }
  const explanations = await scorer.explain(row, state);
  for (const classIndex of CLASS_INDEXES) {
    const { baseScore, contributions } = explanations[classIndex] as Explanation;
    const explained = contributions.reduce((total, { shap }) => total + shap, baseScore);
    if (!(Math.abs(explained - rawScores[classIndex]) <= RAW_TOLERANCE)) {
      const message = `smoke test row ${index}: expected raw score ${explained} of class ${classIndex}, was ${rawScores[classIndex]}`;
      throw new InvariantViolated(message);
    }
  }
}
