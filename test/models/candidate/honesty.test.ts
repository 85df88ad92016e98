import { afterAll, describe, expect, it } from 'vitest';
import { honestyOf } from '../../../bench/parts/honesty.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { NO_LABEL } from '../../../shared/domain/training/classes.ts';
import type { CandidateInput, CandidateOptions } from '../../../shared/ports/model-trainer.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';

const boosted = lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE });
afterAll(() => boosted.close());

const COST = 0.0001;
const shape = { sessions: 32, rowsPerSession: 140, features: 10 };
/** Standard errors. */
const NOISE = 3;
const HORIZON_MINUTES = 15;

/** The labels of each session changed about among its rows that have one, with all that belongs to them. */
function shuffled(input: CandidateInput): CandidateInput {
  const random = seededUniform(11);
  const order = Array.from(input.targets.keys());
  for (const session of new Set(input.sessions)) {
    const rows = order.filter((row) => input.sessions[row] === session && input.targets[row] !== NO_LABEL);
    const drawn = rows.map((row) => [random(), row] as const).sort(([a], [b]) => a - b);
    rows.forEach((row, at) => {
      order[row] = drawn[at]![1];
    });
  }
  return {
    ...input,
    targets: Int8Array.from(order, (row) => input.targets[row]!),
    labelSpanMinutes: Float64Array.from(order, (row) => input.labelSpanMinutes[row]!),
    forwardReturns: Float64Array.from(order, (row) => input.forwardReturns[row]!),
  };
}

describe.each([linearFamily(), boosted])('training with $name is honest', (family) => {
  const parameters: CandidateOptions['parameters'] = family === boosted ? { min_data_in_leaf: 40 } : {};
  const judge = async (input: CandidateInput) => {
    const options = {
      rounds: 30,
      folds: 3,
      regimeStates: 2,
      exactnessRows: 50,
      costReturn: COST,
      parameters,
    };
    const candidate = await trainCandidate({ ...input, options }, { family, openSession });
    return honestyOf(candidate, COST);
  };

  it.each([1, 2])('no edge, market %i: direction is told no better than by chance', async (seed) => {
    const { auc, error, bias, ece, base_error, loss_ratio, rows } = await judge(
      marketRows({ ...shape, sessions: 64, edge: 0, seed }),
    );
    expect(Math.abs(auc - 0.5) / error).toBeLessThan(NOISE);
    // Independent rows give 1 / sqrt(3 n) at least; labels that overlap leave one of fifteen independent at worst.
    expect(error).toBeGreaterThan(Math.sqrt(1 / (3 * rows)));
    expect(error).toBeLessThan(Math.sqrt(HORIZON_MINUTES / (3 * rows)));
    // The noise of stating the base rates of the past.
    expect(bias).toBeLessThan(2 * base_error);
    expect(ece).toBeLessThan(2 * base_error);
    expect(loss_ratio).toBeGreaterThan(0.85);
  });

  it('labels that belong to other rows: nothing is found, however strong the edge was', async () => {
    const planted = marketRows({ ...shape, edge: 0.7, seed: 4 });
    const { auc, error } = await judge(shuffled(planted));
    expect(Math.abs(auc - 0.5) / error).toBeLessThan(NOISE);
    expect(auc).toBeLessThan(0.57);
  });

  it('a planted edge is found, more of it the larger it is, and brings money', async () => {
    const found = [];
    for (const edge of [0.1, 0.5]) found.push(await judge(marketRows({ ...shape, edge, seed: 1 })));
    const areas = found.map(({ auc }) => auc);
    expect(areas).toEqual(areas.toSorted((a, b) => a - b));
    const strongest = found.at(-1)!;
    expect((strongest.auc - 0.5) / strongest.error).toBeGreaterThan(NOISE);
    expect(strongest.auc).toBeGreaterThan(0.75);
    expect(strongest.net_bps).toBeGreaterThan(0);
    expect(strongest.held_out_net_bps).toBeGreaterThan(0);
    expect(strongest.loss_ratio).toBeLessThan(0.95);
  });
});
