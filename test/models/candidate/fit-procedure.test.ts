import { describe, expect, it } from 'vitest';
import { fitProcedure } from '../../../models/candidate/fit-procedure.ts';
import { observationsOf, withLabel } from '../../../models/candidate/observations.ts';
import { DEFAULT_OPTIONS } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import type { FitRequest, ModelFamily } from '../../../shared/ports/model-family.ts';
import { marketRows } from '../../factories/market-rows.ts';

describe('what a family is given', () => {
  it('numbers the sessions of its rows from 0 on, in training and in validation', async () => {
    const market = marketRows({ sessions: 6, rowsPerSession: 80, features: 8, edge: 0.5, seed: 3 });
    const data = observationsOf(market);
    const requests: FitRequest[] = [];
    const linear = linearFamily();
    const family: ModelFamily = {
      ...linear,
      fit(request) {
        requests.push(request);
        return linear.fit(request);
      },
    };
    const training = Int32Array.from(market.sessions.keys());
    const common = { family, options: DEFAULT_OPTIONS, seed: 1, training, signal: undefined };
    await fitProcedure(data, { ...common, rounds: null });
    await fitProcedure(data, { ...common, rounds: 5 });
    const [stopping, whole] = requests as [FitRequest, FitRequest];
    const names = [...withLabel(data, training)].map((row) => market.sessions[row] as string);
    const numbers = names.map((name) => [...new Set(names)].indexOf(name));
    expect([...whole.training.sessions]).toEqual(numbers);
    expect(new Set(stopping.training.sessions)).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(stopping.validation!.sessions)).toEqual(new Set([0, 1]));
  });
});
