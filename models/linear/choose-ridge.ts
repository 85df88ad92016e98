import type { FitRequest, LabelledMatrix } from '../../shared/ports/model-family.ts';
import { logSumExp } from '../../shared/stats/log-sum-exp.ts';
import { optimum } from './optimum.ts';
import { ridgeLogistics, type Terms } from './ridge-logistic.ts';

/** The strongest first: with the first, little more than the base rates is said. */
export const RIDGES = [100, 30, 10, 3, 1, 0.3, 0.1] as const;
const BLOCKS = 5;
/** With fewer, fits on one or two sessions would have to judge: what they say is chance. */
const FEWEST_SESSIONS = 4;
/** Held then. */
const RIDGE_OF_FEW = 0.3;
/** Labels overlap: of more rows evenly spaced ones tell as much. */
const MOST_ROWS = 8_000;
/** A difference in loss shows long before the optimum is exact. */
const TOLERANCE = 1e-5;

export type TermRows = Pick<LabelledMatrix, 'labels' | 'weights' | 'sessions'> &
  Pick<Terms, 'terms' | 'width'>;

/**
 * Chooses the ridge from the training rows alone: blocks of sessions are judged by fits on the others, and the strongest
 * ridge is taken that the best one does not beat by more than a standard error of their difference, measured between
 * sessions (the one-standard-error rule of Breiman et al. 1984, paired). A session's rows are alike in more than their
 * labels, so that eighty columns explain a few sessions whatever they hold: without evidence from other sessions little
 * is said.
 *
 * @param later - rows of later sessions that are not fitted on, judged too
 * @returns one of `RIDGES`
 */
export async function chooseRidge(
  rows: TermRows,
  later: TermRows | null,
  request: Pick<FitRequest, 'signal'>,
): Promise<number> {
  const parts = later === null ? [rows] : [rows, later];
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const all = joined(parts.map((part) => everyNth(part, Math.ceil(count / MOST_ROWS))));
  const sessions = [...new Set(all.sessions)];
  const own = new Set(rows.sessions).size;
  if (sessions.length < FEWEST_SESSIONS) return RIDGE_OF_FEW;
  const blocks = own < 2 ? [] : blocksOf(sessions.slice(0, own));
  const judged = [...blocks, ...(own < sessions.length ? [sessions.slice(own)] : [])];
  const losses = RIDGES.map(() => new Map<number, number>());
  for (const block of judged) await judgeBlock(all, new Set(block), own, losses, request);
  if ((losses[0]?.size ?? 0) < FEWEST_SESSIONS) return RIDGE_OF_FEW;
  return strongestAsGood(losses.map((bySession) => [...bySession.values()]));
}

/** Sessions in a row, at most five times as many. */
function blocksOf(sessions: readonly number[]): number[][] {
  const count = Math.min(BLOCKS, sessions.length);
  const blockOf = (at: number) => Math.floor((at * count) / sessions.length);
  return Array.from({ length: count }, (_, block) => sessions.filter((_, at) => blockOf(at) === block));
}

/** Adds to each ridge's losses by session those of the judged sessions, fitted on the others of the first `own`. */
async function judgeBlock(
  rows: TermRows,
  isJudged: ReadonlySet<number>,
  own: number,
  losses: readonly Map<number, number>[],
  { signal }: Pick<FitRequest, 'signal'>,
): Promise<void> {
  const weighing = Int32Array.from(rows.labels.keys()).filter((row) => (rows.weights[row] as number) > 0);
  const judged = weighing.filter((row) => isJudged.has(rows.sessions[row] as number));
  const isOther = (session: number) => session < own && !isJudged.has(session);
  const others = weighing.filter((row) => isOther(rows.sessions[row] as number));
  const seen = [...new Set(Array.from(others, (row) => rows.labels[row] as number))].sort();
  const problemOf = ridgeLogistics(termsOfRows(rows, others, seen));
  let start: Float64Array | null = null;
  for (const [at, l2] of RIDGES.entries()) {
    const problem = problemOf(l2);
    const { point }: { point: Float64Array } = await optimum(
      { ...problem, start: start ?? problem.start, tolerance: TOLERANCE },
      { signal },
    );
    addLosses(rows, judged, seen, point, losses[at] as Map<number, number>);
    start = point;
  }
}

/** Log-loss times weight; a row of a class that was not seen says nothing about ridges. */
function addLosses(
  { terms, width, labels, weights, sessions }: TermRows,
  judged: Int32Array,
  seen: readonly number[],
  point: Float64Array,
  losses: Map<number, number>,
): void {
  const scores = new Float64Array(seen.length);
  for (const row of judged) {
    const own = seen.indexOf(labels[row] as number);
    if (own < 0) continue;
    for (let at = 0; at < seen.length; at += 1) {
      const place = at * (width + 1);
      let score = point[place + width] as number;
      for (let term = 0; term < width; term += 1) {
        score += (point[place + term] as number) * (terms[row * width + term] as number);
      }
      scores[at] = score;
    }
    const loss = (weights[row] as number) * (logSumExp(scores) - (scores[own] as number));
    const session = sessions[row] as number;
    losses.set(session, (losses.get(session) ?? 0) + loss);
  }
}

/** @param losses - by ridge, then by session */
function strongestAsGood(losses: readonly (readonly number[])[]): number {
  const totals = losses.map((own) => own.reduce((sum, loss) => sum + loss, 0));
  const best = losses[totals.indexOf(Math.min(...totals))] as readonly number[];
  const at = losses.findIndex((own) => {
    const behind = own.map((loss, session) => loss - (best[session] as number));
    const total = behind.reduce((sum, value) => sum + value, 0);
    const spread = behind.reduce((sum, value) => sum + (value - total / behind.length) ** 2, 0);
    return total <= Math.sqrt((spread * behind.length) / (behind.length - 1));
  });
  return RIDGES[at] as number;
}

/** Rows after rows, their sessions numbered from 0 on. */
function joined(parts: readonly TermRows[]): TermRows {
  const numbers: number[] = [];
  for (const { sessions } of parts) {
    const first = numbers.length === 0 ? 0 : (numbers.at(-1) as number) + 1;
    let number = first - 1;
    sessions.forEach((session, row) => {
      if (row === 0 || session !== sessions[row - 1]) number += 1;
      numbers.push(number);
    });
  }
  return {
    terms: Float64Array.from(parts.flatMap(({ terms }) => [...terms])),
    width: (parts[0] as TermRows).width,
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
    weights: Float64Array.from(parts.flatMap(({ weights }) => [...weights])),
    sessions: Int32Array.from(numbers),
  };
}

function everyNth(rows: TermRows, step: number): TermRows {
  if (step === 1) return rows;
  const kept = Int32Array.from(rows.labels.keys()).filter((row) => row % step === 0);
  const { width } = rows;
  const terms = new Float64Array(kept.length * width);
  kept.forEach((row, at) => {
    terms.set(rows.terms.subarray(row * width, (row + 1) * width), at * width);
  });
  const labels = kept.map((row) => rows.labels[row] as number);
  const weights = Float64Array.from(kept, (row) => rows.weights[row] as number);
  return { terms, width, labels, weights, sessions: kept.map((row) => rows.sessions[row] as number) };
}

function termsOfRows(rows: TermRows, kept: Int32Array, seen: readonly number[]): Terms {
  const { width } = rows;
  const terms = new Float64Array(kept.length * width);
  kept.forEach((row, at) => {
    terms.set(rows.terms.subarray(row * width, (row + 1) * width), at * width);
  });
  const total = kept.reduce((sum, row) => sum + (rows.weights[row] as number), 0);
  return {
    terms,
    width,
    classes: seen.length,
    labels: kept.map((row) => seen.indexOf(rows.labels[row] as number)),
    weights: Float64Array.from(kept, (row) => (rows.weights[row] as number) / total),
  };
}
