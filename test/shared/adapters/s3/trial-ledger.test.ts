import { describe, expect, it } from 'vitest';
import { objectTrialLedger } from '../../../../shared/adapters/s3/trial-ledger.ts';
import { memoryObjectStore } from '../../../contract/memory-ports.ts';
import { A_TRIAL } from '../../../factories/report-input.ts';

const other = { ...A_TRIAL, configuration_hash: 'c1', seed: 2 };

describe('the trial ledger', () => {
  it('gives back every trial of an exchange and target, run by run', async () => {
    const ledger = objectTrialLedger(memoryObjectStore());
    await ledger.add('NSE', 'tb15', '2026-02-03-b', [other]);
    await ledger.add('NSE', 'tb15', '2026-02-02-a', [A_TRIAL, other]);
    await ledger.add('BSE', 'tb15', '2026-02-02-a', [A_TRIAL]);
    expect(await ledger.all('NSE', 'tb15')).toEqual([A_TRIAL, other, other]);
    expect(await ledger.all('NSE', 'dir5')).toEqual([]);
  });

  it('keeps a run that comes again once', async () => {
    const ledger = objectTrialLedger(memoryObjectStore());
    await ledger.add('NSE', 'tb15', 'run', [A_TRIAL]);
    await ledger.add('NSE', 'tb15', 'run', [A_TRIAL]);
    expect(await ledger.all('NSE', 'tb15')).toEqual([A_TRIAL]);
  });

  it('loses nothing that was tried when a search ends in the model of an earlier run, and changes no object', async () => {
    const bucket = memoryObjectStore();
    const ledger = objectTrialLedger(bucket);
    await ledger.add('NSE', 'tb15', 'run', [A_TRIAL]);
    const [first = ''] = await bucket.list('trials/');
    const before = await bucket.get(first);
    await ledger.add('NSE', 'tb15', 'run', [A_TRIAL, other]);
    const tried = (await ledger.all('NSE', 'tb15')).map((trial) => trial.configuration_hash);
    expect(new Set(tried)).toEqual(new Set([A_TRIAL.configuration_hash, other.configuration_hash]));
    expect(await bucket.get(first)).toEqual(before);
  });

  it('names the file and the field that are broken', async () => {
    const bucket = memoryObjectStore();
    const broken = { schema: 1, trials: [{ ...A_TRIAL, daily_sharpe: 'high' }] };
    await bucket.put('trials/NSE/tb15/run.json', JSON.stringify(broken));
    await expect(objectTrialLedger(bucket).all('NSE', 'tb15')).rejects.toMatchObject({
      name: 'InvariantViolated',
      message: expect.stringContaining('trials/NSE/tb15/run.json: trials.0.daily_sharpe'),
    });
  });
});
