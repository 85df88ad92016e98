import { describe, expect, it } from 'vitest';
import { chooseRidge, RIDGES, type TermRows } from '../../../models/linear/choose-ridge.ts';
import { optimum } from '../../../models/linear/optimum.ts';
import { ridgeLogistic } from '../../../models/linear/ridge-logistic.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const WIDTH = 10;
const SESSIONS = 10;
const ROWS = 40;
const CLASSES = 3;
const BLOCKS = 5;

/** Days whose columns stand nearly still and whose labels lean to a side; `edge` is what the first column tells. */
function market(edge: number, seed: number): TermRows {
  const random = seededUniform(seed);
  const spread = () => 2 * random() - 1;
  const [terms, labels]: [number[], number[]] = [[], []];
  for (let session = 0; session < SESSIONS; session += 1) {
    const day = Array.from({ length: WIDTH - 1 }, () => 1.5 * spread());
    const trend = 0.6 * spread();
    for (let row = 0; row < ROWS; row += 1) {
      const signal = 1.7 * spread();
      terms.push(signal, ...day.map((level) => level + 0.2 * spread()));
      const pull = edge * signal + trend + spread();
      labels.push(pull > 0.4 ? 2 : pull < -0.4 ? 0 : 1);
    }
  }
  return {
    terms: Float64Array.from(terms),
    width: WIDTH,
    labels: Int32Array.from(labels),
    weights: new Float64Array(labels.length).fill(1),
    sessions: Int32Array.from(labels, (_, row) => Math.floor(row / ROWS)),
  };
}

function pick({ terms, labels }: TermRows, rows: readonly number[]) {
  return {
    terms: Float64Array.from(rows.flatMap((row) => [...terms.subarray(row * WIDTH, (row + 1) * WIDTH)])),
    width: WIDTH,
    classes: CLASSES,
    labels: Int32Array.from(rows, (row) => labels[row] as number),
    weights: new Float64Array(rows.length).fill(1 / rows.length),
  };
}

const lossOf = (rows: TermRows, row: number, point: Float64Array): number => {
  const scores = Array.from({ length: CLASSES }, (_, own) => {
    const at = own * (WIDTH + 1);
    const weights = [...point.subarray(at, at + WIDTH)];
    return weights.reduce((s, w, i) => s + w * rows.terms[row * WIDTH + i]!, point[at + WIDTH]!);
  });
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[rows.labels[row]!]!;
};

/** Out-of-fold loss of each session, every block fitted from nothing to the exact optimum. */
async function exactLosses(rows: TermRows, l2: number): Promise<number[]> {
  const losses = new Array<number>(SESSIONS).fill(0);
  const all = [...rows.labels.keys()];
  for (let block = 0; block < BLOCKS; block += 1) {
    const isJudged = (row: number) => Math.floor((rows.sessions[row]! * BLOCKS) / SESSIONS) === block;
    const others = all.filter((row) => !isJudged(row));
    const { point } = await optimum(ridgeLogistic(pick(rows, others), l2), {});
    for (const row of all.filter(isJudged)) losses[rows.sessions[row]!]! += lossOf(rows, row, point);
  }
  return losses;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** How far the sessions' losses lie behind others', in standard errors of the difference. */
function errorsBehind(own: readonly number[], best: readonly number[]): number {
  const behind = own.map((loss, session) => loss - best[session]!);
  const mean = sum(behind) / SESSIONS;
  const variance = sum(behind.map((value) => (value - mean) ** 2)) / (SESSIONS - 1);
  return mean <= 0 ? 0 : mean / Math.sqrt(variance / SESSIONS);
}

describe('the path of ridges, that ends early and is not walked to the last digit', () => {
  it.each([0, 0.3, 1, 3].flatMap((edge) => [1, 2, 3].map((seed) => ({ edge, seed }))))(
    'chooses what the whole path at exact optima does: edge $edge, seed $seed',
    async ({ edge, seed }) => {
      const rows = market(edge, seed);
      const losses: number[][] = [];
      for (const l2 of RIDGES) losses.push(await exactLosses(rows, l2));
      const best = losses.toSorted((a, b) => sum(a) - sum(b))[0]!;
      const expected = RIDGES[losses.findIndex((own) => errorsBehind(own, best) <= 1)];
      const chosen = await chooseRidge(rows, null, {});
      expect(errorsBehind(losses[RIDGES.indexOf(chosen as (typeof RIDGES)[number])]!, best)).toBeLessThan(
        1.01,
      );
      expect(chosen).toBe(expected);
    },
  );
});
