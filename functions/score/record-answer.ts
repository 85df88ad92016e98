import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { takenBack } from '../../shared/domain/scoring/taken-back.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import type { HintAudit } from './hint-audit.ts';
import type { OfferShadow } from './shadow-offer.ts';

/** What a recorded answer waits at most for what is sent beside it. */
const PATIENCE_MS = 25;

interface Ports {
  readonly store: RecommendationStore;
  /** Tells the audit stage of an answer, or leaves it to the next one. */
  readonly hint: HintAudit;
  /** Lets a challenger answer, too; nobody does without it. */
  readonly offer?: OfferShadow;
  /** Milliseconds; 25 when left out. */
  readonly patienceMs?: number;
}

/**
 * Stores an answer before it is given: one conditional write, which is all that an answer depends on. The same input was
 * answered before: that answer is given again. What is recorded is then hinted at to the audit stage, and offered to the
 * challenger with the row it was given on; neither can fail the answer or hold it up. What no hint reaches, because it was
 * lost or still under way when the function was frozen, is sealed by the next one or by the sweep (decision 0050).
 */
export function recordAnswer({ store, hint, offer = none, patienceMs = PATIENCE_MS }: Ports) {
  return async (answer: Recommendation, row?: FeatureRow): Promise<Recommendation> => {
    const before = await store.add(answer);
    const isOver = before?.execute === true && !answer.execute;
    const recorded = isOver ? await takeBack(store, answer) : (before ?? answer);
    const hinted = hint({ kind: 'recommendation', id: recorded.id });
    await atMost(patienceMs, Promise.all([hinted, isOver ? none() : offer(recorded, row)]));
    return recorded;
  };
}

/**
 * An answer that was to be executed is not given again once a halt, an entry, a loss or its age speaks against it: a second
 * record takes it back. The challenger has heard of the input already.
 */
async function takeBack(store: RecommendationStore, answer: Recommendation): Promise<Recommendation> {
  const { leaf_hash: _, ...content } = answer;
  const back = seal(takenBack(content));
  return (await store.add(back)) ?? back;
}

async function none(): Promise<void> {}

/** Settles with the work, or after so many milliseconds. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
