import { describe, expect, it } from 'vitest';
import { failureText, needsStack, runJob } from '../../../functions/train/run-job.ts';
import { RejectedInput } from '../../../shared/errors.ts';

const REPORT = { version: '2025-12-04-abcdef01' } as never;
const REQUEST = { exchange: 'NSE', dataset_version: '2025-12-04' };

function world(train: (request: unknown) => Promise<never> = async () => REPORT) {
  const objects = new Map<string, string>();
  const requests: unknown[] = [];
  const run = runJob({
    train: async (request) => {
      requests.push(request);
      return train(request);
    },
    bucket: { put: async (key, body) => void objects.set(key, String(body)) as never },
  });
  return { run, objects, requests };
}

describe('a job', () => {
  it('hands its request to the train stage and writes the answer where it is looked for', async () => {
    const { run, objects, requests } = world();
    const given = { request: JSON.stringify(REQUEST), report_key: 'training-jobs/a/report.json' };
    expect(await run(given)).toEqual(REPORT);
    expect(requests).toEqual([REQUEST]);
    expect([...objects]).toEqual([['training-jobs/a/report.json', '{"version":"2025-12-04-abcdef01"}\n']]);
  });

  it.each([
    [{ report_key: 'k' }, 'request: expected text, was missing'],
    [{ request: '{}' }, 'report_key: expected text, was missing'],
    [{ request: '{}', report_key: '' }, 'report_key: expected text, was ""'],
    [{ request: '{NSE', report_key: 'k' }, 'request: expected JSON, was {NSE'],
  ])('of %j is refused before it trains', async (given, message) => {
    const { run, requests } = world();
    await expect(run(given)).rejects.toMatchObject({ name: 'RejectedInput', message });
    expect(requests).toEqual([]);
  });

  it('that cannot be trained leaves no answer', async () => {
    const { run, objects } = world(async () => {
      throw new RejectedInput('labels: expected two classes, was one');
    });
    await expect(run({ request: '{}', report_key: 'k' })).rejects.toThrow('expected two classes');
    expect(objects.size).toBe(0);
  });
});

describe('a failure file', () => {
  it('holds the name of the error and its words, as much as SageMaker shows', () => {
    expect(failureText(new RejectedInput('labels: was one'))).toBe('RejectedInput: labels: was one');
    expect(failureText('nothing')).toBe('Error: nothing');
    expect(failureText(new Error('x'.repeat(2000)))).toHaveLength(1024);
  });
});

it('prints where it was thrown but for what was refused', () => {
  expect(needsStack(new RejectedInput('rows: expected 120, was 45'))).toBe(false);
  expect(needsStack(new Error('export: expected leaf 3, was 4'))).toBe(true);
});
