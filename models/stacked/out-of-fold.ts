import { RejectedInput } from '../../shared/errors.ts';
import type { FitRequest, LabelledMatrix, ModelFamily } from '../../shared/ports/model-family.ts';
import { pickRows, sessionBlocks } from './session-blocks.ts';

/** Rows with the scores of members that did not see them. */
export interface OutOfFold extends Pick<LabelledMatrix, 'labels' | 'weights' | 'sessions'> {
  /** [members][rows x 3] */
  readonly scores: readonly Float64Array[];
}

const BLOCKS = 5;

/** How a member is fitted, but for the rows. */
export type MemberRequest = Omit<FitRequest, 'training' | 'validation' | 'onRound'>;

/**
 * Scores the training rows block by block by fits on the other sessions. A block is left out whose other sessions lack a
 * class that all sessions together have, or cannot be learnt from: its models would be of another kind than those that
 * are stacked.
 *
 * @param requests - per member; rounds are fixed, as nothing may stop a fit on what it is to score
 */
export async function outOfFold(
  members: readonly ModelFamily[],
  requests: readonly MemberRequest[],
  training: LabelledMatrix,
): Promise<OutOfFold> {
  const classes = seenClasses(training).length;
  const rows: Int32Array[] = [];
  const scores: Float64Array[][] = [];
  for (const { fitted, scored } of sessionBlocks(training.sessions, BLOCKS)) {
    const fitting = pickRows(training, fitted);
    if (seenClasses(fitting).length < classes) continue;
    const found = await blockScores(members, requests, fitting, pickRows(training, scored));
    if (found === null) continue;
    rows.push(scored);
    scores.push(found);
  }
  const all = pickRows(training, Int32Array.from(rows.flatMap((own) => [...own])));
  return {
    labels: all.labels,
    weights: all.weights,
    sessions: all.sessions,
    scores: members.map((_, member) => concatenated(scores.map((block) => block[member] as Float64Array))),
  };
}

/** The classes of rows that weigh something, ascending. */
export function seenClasses({ labels, weights }: Pick<LabelledMatrix, 'labels' | 'weights'>): number[] {
  return [...new Set(labels.filter((_, row) => (weights[row] as number) > 0))].sort();
}

/** Each member's scores of a block; null where its fit has nothing to learn from. */
async function blockScores(
  members: readonly ModelFamily[],
  requests: readonly MemberRequest[],
  training: LabelledMatrix,
  scored: LabelledMatrix,
): Promise<Float64Array[] | null> {
  const scores: Float64Array[] = [];
  try {
    for (const [at, member] of members.entries()) {
      const model = await member.fit({ ...(requests[at] as MemberRequest), training, validation: null });
      scores.push(await model.rawScores(scored));
    }
  } catch (error) {
    if (error instanceof RejectedInput) return null;
    throw error;
  }
  return scores;
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
