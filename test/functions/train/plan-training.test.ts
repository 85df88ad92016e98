import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTraining, type TrainingRequest } from '../../../functions/train/plan-training.ts';
import { type DatasetManifest, summaryOf } from '../../../shared/domain/datasets/manifest.ts';
import { NotFound } from '../../../shared/errors.ts';
import { aManifest } from '../../factories/manifest.ts';

const SEARCH = { configurations: 1, rivals: [], budget_seconds: 60, least_sessions: 60 };

/** A plan over these versions, the newest first, with a threshold of 1000 rows and 300 s. */
function plan(request: Partial<TrainingRequest>, manifests: readonly DatasetManifest[], jobAbove = 1000) {
  return planTraining({
    datasets: {
      version: async (version) => {
        const found = manifests.find((one) => one.version === version);
        if (found === undefined) throw new NotFound(`dataset: was ${version}`);
        return found;
      },
      versions: async (limit) => manifests.slice(0, limit).map(summaryOf),
    },
    policy: { search: SEARCH, job_above: { rows: jobAbove, budget_seconds: 300 } },
    targets: ['tb15'],
  })({ exchanges: ['NSE'], ...request });
}
const version = (name: string, records: Record<string, number>, feature_set = 'tracker-v2') =>
  aManifest({ version: name, records, feature_set });
const NEW = version('2025-12-05', { BSE: 10 });
const OLD = version('2025-12-04', { NSE: 1000, BSE: 1001 });
const CHAIN = version('2025-12-03', { NSE: 5 }, 'chain-v3');

describe('planTraining', () => {
  it('takes the newest dataset that holds the exchanges, made of the set that is asked for', async () => {
    const all = [NEW, OLD, CHAIN];
    expect((await plan({}, all)).dataset_version).toBe('2025-12-04');
    expect((await plan({ exchanges: ['BSE'] }, all)).dataset_version).toBe('2025-12-05');
    expect((await plan({ exchanges: ['NSE', 'BSE'] }, all)).dataset_version).toBe('2025-12-04');
    expect(await plan({ feature_set: 'chain-v3' }, all)).toMatchObject({
      dataset_version: '2025-12-03',
      feature_set: 'chain-v3',
    });
  });

  it('says what to do when there is none', async () => {
    await expect(plan({}, [NEW])).rejects.toThrow(
      new NotFound(
        'dataset: expected one that holds NSE, was none; the night makes one: run ./oi nightly first',
      ),
    );
    await expect(plan({ feature_set: 'chain-v3' }, [OLD])).rejects.toThrow('made of chain-v3 that holds NSE');
    await expect(plan({ dataset_version: '2025-01-01' }, [OLD])).rejects.toThrow(NotFound);
  });

  it('takes the version that is named, whatever it holds, unless it is of another set', async () => {
    const { runs } = await plan({ dataset_version: NEW.version }, [NEW, OLD]);
    expect(runs).toMatchObject([{ exchange: 'NSE', rows: 0, runs_as: 'lambda' }]);
    await expect(plan({ dataset_version: NEW.version, feature_set: 'chain-v3' }, [NEW])).rejects.toThrow(
      'feature_set: expected tracker-v2, which dataset 2025-12-05 is made of, was chain-v3',
    );
  });

  it('makes one run for each exchange and target, with the whole request of the train stage', async () => {
    const { runs } = await plan(
      { exchanges: ['NSE', 'BSE'], targets: ['tb15', 'dir5'], family: 'linear', configurations: 3 },
      [OLD],
    );
    expect(runs.map(({ exchange, target }) => `${exchange} ${target}`)).toEqual([
      'NSE tb15',
      'NSE dir5',
      'BSE tb15',
      'BSE dir5',
    ]);
    expect(runs[1]!.request).toEqual({
      exchange: 'NSE',
      dataset_version: '2025-12-04',
      target: 'dir5',
      family: 'linear',
      configurations: 3,
      budget_seconds: undefined,
      per_regime: undefined,
      allow_legacy: undefined,
    });
    expect(runs.map(({ research }) => research)).toEqual([false, true, false, true]);
    await expect(plan({ targets: ['tb99'] }, [OLD])).rejects.toThrow('target: expected one of tb15');
  });

  it('tells the train stage that imported rows may be learnt from, where the request says so', async () => {
    const legacy = version('legacy-batch-7', { NSE: 500 });
    const { runs } = await plan({ dataset_version: 'legacy-batch-7', allow_legacy: true }, [legacy]);
    expect(runs[0]!.request).toMatchObject({ dataset_version: 'legacy-batch-7', allow_legacy: true });
  });

  it('runs as a job above the rows or the budget, and as it is told to', async () => {
    const at = async (request: Partial<TrainingRequest>) => (await plan(request, [OLD])).runs[0]!;
    expect(await at({})).toMatchObject({ runs_as: 'lambda', because: '1000 rows, at most 1000' });
    expect(await at({ exchanges: ['BSE'] })).toMatchObject({
      runs_as: 'job',
      because: '1001 rows, more than 1000',
    });
    expect(await at({ configurations: 20, budget_seconds: 301 })).toMatchObject({
      runs_as: 'job',
      because: 'a search of 301 s, more than 300 s',
    });
    // Without a search nothing takes its budget.
    expect(await at({ budget_seconds: 301 })).toMatchObject({ runs_as: 'lambda' });
    expect(await at({ as: 'job' })).toMatchObject({ runs_as: 'job', because: 'asked for' });
    expect(await at({ exchanges: ['BSE'], as: 'lambda' })).toMatchObject({ runs_as: 'lambda' });
  });

  it('never gives the Lambda more rows than the threshold, nor a job fewer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5000), fc.nat(5000), async (rows, threshold) => {
        const { runs } = await plan({ dataset_version: 'v' }, [version('v', { NSE: rows })], threshold);
        expect(runs[0]!.runs_as).toBe(rows > threshold ? 'job' : 'lambda');
      }),
    );
  });
});
