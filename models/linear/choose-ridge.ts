import type { FitRequest, LabelledMatrix } from '../../shared/ports/model-family.ts';
import { logSumExp } from '../../shared/stats/log-sum-exp.ts';
import type { Problem } from './minimise.ts';
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
const TOLERANCE = 1e-4;
/** Ridges in a row, each weaker than the best, after which no weaker one is tried: they take the longest. */
const PATIENCE = 2;

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
 * @param ridges - the strongest first; the path ends behind its best one
 * @returns one of them, or 0.3 with too few sessions to judge by
 */
export async function chooseRidge(
  rows: TermRows,
  later: TermRows | null,
  request: Pick<FitRequest, 'signal'>,
  ridges: readonly number[] = RIDGES,
): Promise<number> {
  const parts = later === null ? [rows] : [rows, later];
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const all = joined(parts.map((part) => everyNth(part, Math.ceil(count / MOST_ROWS))));
  const sessions = [...new Set(all.sessions)];
  const own = new Set(rows.sessions).size;
  if (sessions.length < FEWEST_SESSIONS) return RIDGE_OF_FEW;
  const blocks = own < 2 ? [] : blocksOf(sessions.slice(0, own));
  const sets = [...blocks, ...(own < sessions.length ? [sessions.slice(own)] : [])];
  const judged = sets.map((block) => judgedBlock(all, new Set(block), own));
  const losses: number[][] = [];
  for (const l2 of ridges) {
    const bySession = await lossesAt(all, l2, judged, request);
    if (bySession.size < FEWEST_SESSIONS) return RIDGE_OF_FEW;
    losses.push([...bySession.values()]);
    if (isPastBest(losses)) break;
  }
  return ridges[strongestAsGood(losses)] as number;
}

/** Sessions in a row, at most five times as many. */
function blocksOf(sessions: readonly number[]): number[][] {
  const count = Math.min(BLOCKS, sessions.length);
  const blockOf = (at: number) => Math.floor((at * count) / sessions.length);
  return Array.from({ length: count }, (_, block) => sessions.filter((_, at) => blockOf(at) === block));
}

/** Sessions that are judged, and the fit on the others of the first `own`, which goes from ridge to ridge. */
interface JudgedBlock {
  readonly rows: Int32Array;
  /** Classes of the rows that are fitted on. */
  readonly seen: readonly number[];
  readonly problemOf: (l2: number) => Problem;
  /** The optimum of the ridge before. */
  start: Float64Array | null;
}

function judgedBlock(all: TermRows, isJudged: ReadonlySet<number>, own: number): JudgedBlock {
  const weighing = Int32Array.from(all.labels.keys()).filter((row) => (all.weights[row] as number) > 0);
  const isOther = (session: number) => session < own && !isJudged.has(session);
  const others = weighing.filter((row) => isOther(all.sessions[row] as number));
  const seen = [...new Set(Array.from(others, (row) => all.labels[row] as number))].sort();
  return {
    rows: weighing.filter((row) => isJudged.has(all.sessions[row] as number)),
    seen,
    problemOf: ridgeLogistics(termsOfRows(all, others, seen)),
    start: null,
  };
}

/** A ridge's losses by session, in the order in which they are judged. */
async function lossesAt(
  all: TermRows,
  l2: number,
  judged: readonly JudgedBlock[],
  { signal }: Pick<FitRequest, 'signal'>,
): Promise<Map<number, number>> {
  const losses = new Map<number, number>();
  for (const block of judged) {
    const problem = block.problemOf(l2);
    const start = block.start ?? problem.start;
    const { point } = await optimum({ ...problem, start, tolerance: TOLERANCE }, { signal });
    addLosses(all, block.rows, block.seen, point, losses);
    block.start = point;
  }
  return losses;
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

const sumOf = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0);

/** The ridge with the least loss. @param losses - by ridge, then by session */
function bestOf(losses: readonly (readonly number[])[]): number {
  const totals = losses.map(sumOf);
  return totals.indexOf(Math.min(...totals));
}

/** The loss has no second valley worth a look along a ridge's path: behind its foot it only rises. */
function isPastBest(losses: readonly (readonly number[])[]): boolean {
  return losses.length - 1 - bestOf(losses) >= PATIENCE;
}

function strongestAsGood(losses: readonly (readonly number[])[]): number {
  const best = losses[bestOf(losses)] as readonly number[];
  return losses.findIndex((own) => {
    const behind = own.map((loss, session) => loss - (best[session] as number));
    const total = sumOf(behind);
    const spread = behind.reduce((sum, value) => sum + (value - total / behind.length) ** 2, 0);
    return total <= Math.sqrt((spread * behind.length) / (behind.length - 1));
  });
}

/** Rows after rows, their sessions numbered from 0 on. */
function joined(parts: readonly TermRows[]): TermRows {
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const { width } = parts[0] as TermRows;
  const all = {
    terms: new Float64Array(count * width),
    width,
    labels: new Int32Array(count),
    weights: new Float64Array(count),
    sessions: new Int32Array(count),
  };
  let [row, number] = [0, -1];
  for (const { terms, labels, weights, sessions } of parts) {
    all.terms.set(terms.subarray(0, labels.length * width), row * width);
    all.labels.set(labels, row);
    all.weights.set(weights, row);
    sessions.forEach((session, at) => {
      if (at === 0 || session !== sessions[at - 1]) number += 1;
      all.sessions[row + at] = number;
    });
    row += labels.length;
  }
  return all;
}

function everyNth(rows: TermRows, step: number): TermRows {
  if (step === 1) return rows;
  const kept = Int32Array.from(rows.labels.keys()).filter((row) => row % step === 0);
  return {
    ...rowsOf(rows, kept),
    labels: kept.map((row) => rows.labels[row] as number),
    sessions: kept.map((row) => rows.sessions[row] as number),
  };
}

function rowsOf({ terms, weights, width }: TermRows, kept: Int32Array) {
  const own = new Float64Array(kept.length * width);
  kept.forEach((row, at) => {
    own.set(terms.subarray(row * width, (row + 1) * width), at * width);
  });
  return { terms: own, width, weights: Float64Array.from(kept, (row) => weights[row] as number) };
}

function termsOfRows(rows: TermRows, kept: Int32Array, seen: readonly number[]): Terms {
  const { weights, ...own } = rowsOf(rows, kept);
  const total = sumOf([...weights]);
  return {
    ...own,
    classes: seen.length,
    labels: kept.map((row) => seen.indexOf(rows.labels[row] as number)),
    weights: weights.map((weight) => weight / total),
  };
}
