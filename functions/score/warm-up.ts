import { meanRow } from '../../shared/domain/scoring/probe-rows.ts';
import type { ReferenceProfile } from '../../shared/domain/scoring/reference.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { Scorer } from '../../shared/ports/model-scorer.ts';
import { onnxBackend } from './onnx-backend.ts';

const SUM_TOLERANCE = 1e-6;

/** What of a bundle can answer, and about which rows. */
interface Answering {
  readonly scorer: Scorer;
  readonly reference: ReferenceProfile;
}

/**
 * Lets a bundle answer once on a row of its own reference, so that the first answer that counts is not its first.
 * @throws InvariantViolated when the three probabilities are none
 */
export async function warmUp({ scorer, reference }: Answering): Promise<void> {
  const row = meanRow(reference);
  const { scored } = await onnxBackend(scorer).answer(row, scorer.advanceRegime(null, row));
  const sum = scored.probabilities.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return;
  const message = `${scorer.bundle.version}: expected probabilities that add up to 1, was ${sum}`;
  throw new InvariantViolated(message);
}
