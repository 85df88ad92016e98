import { expect, it } from 'vitest';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { trainMagnitude } from '../../../models/magnitude/train.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { marketRows } from '../../factories/market-rows.ts';
import { measuredMarket } from '../../factories/measured-market.ts';

const input = marketRows({ sessions: 36, rowsPerSession: 150, features: 8, edge: 0.6, seed: 3 });

it.each([false, true])(
  'the exactness gate asks about 20,000 and 20,000 rows unless told otherwise, per regime: %s',
  async (perRegime) => {
    const options = { folds: 2, regimeStates: 2, perRegime };
    const { summary } = await trainCandidate({ ...input, options }, { family: linearFamily(), openSession });
    expect(summary.exactness).toMatchObject({ ordinaryRows: 20_000, adversarialRows: 20_000 });
    expect(Object.hasOwn(summary.model, 'members')).toBe(perRegime);
  },
);

it('so does that of a magnitude', async () => {
  const market = measuredMarket({ sessions: 15 });
  const options = { folds: 2, regimeStates: 2 };
  const { summary } = await trainMagnitude({ ...market, options }, { family: linearFamily(), openSession });
  expect(summary.exactness).toMatchObject({ ordinaryRows: 20_000, adversarialRows: 20_000 });
});
