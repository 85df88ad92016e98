import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importMachine } from '../../../infra/machines/import.ts';
import { observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { type Fixture, openFixture } from '../../local/stepfunctions/harness.ts';

const definition = JSON.stringify(
  importMachine({ importModel: 'import', evaluate: 'evaluate', alertQueueUrl: 'https://sqs/alerts' }),
);
const REQUEST = { exchange: 'NSE', prefix: 'imported/models/NSE/0/', by: 'anita', dataset_version: 'v' };
const CANDIDATE = { version: 'v-1', target: 'tb15' };
const VERDICT = { version: 'v-1', pass: false, failed: ['sharpe'], verdict_key: 'k', promote: true };

let machine: Fixture;
let asked: { resource: string; input: unknown }[];
let broken: string | null;
beforeEach(() => {
  asked = [];
  broken = null;
  machine = openFixture(async (resource, input) => {
    asked.push({ resource, input });
    if (resource.includes('sqs')) return {};
    const { FunctionName: name } = input as { FunctionName: string };
    if (name === broken)
      throw Object.assign(new Error('features: expected others'), { name: 'RejectedInput' });
    return { Payload: name === 'import' ? CANDIDATE : VERDICT };
  });
});
afterEach(() => machine.close());

const named = (name: string) =>
  asked.flatMap(({ input }) => {
    const { FunctionName, Payload } = input as { FunctionName?: string; Payload?: unknown };
    return FunctionName === name ? [Payload] : [];
  });
/** What the alert stage was told, as it reads it. */
const told = () =>
  asked.flatMap(({ input }) => {
    const { MessageBody } = input as { MessageBody?: string };
    return MessageBody === undefined ? [] : [observationSchema.parse(JSON.parse(MessageBody))];
  });

describe('the import machine', () => {
  it('makes a candidate, has it judged, tells the verdict, and starts nothing else', async () => {
    expect(await machine.output(definition, REQUEST)).toEqual({ import: CANDIDATE, evaluate: VERDICT });
    expect(named('import')).toEqual([REQUEST]);
    expect(named('evaluate')).toEqual([{ exchange: 'NSE', version: 'v-1', target: 'tb15' }]);
    expect(told()).toEqual([
      { kind: 'verdict', exchange: 'NSE', version: 'v-1', pass: false, failed: ['sharpe'], report: 'k' },
    ]);
    expect(asked).toHaveLength(3);
  });

  it('fails in the words for the person when the model is wrong, and alerts nobody', async () => {
    broken = 'import';
    const { status, error, cause } = await machine.run(definition, REQUEST);
    expect([status, error]).toEqual(['FAILED', 'RejectedInput']);
    expect(cause).toContain('features: expected others');
    expect(told()).toEqual([]);
  });

  it('alerts when a candidate cannot be judged', async () => {
    broken = 'evaluate';
    const { status } = await machine.run(definition, REQUEST);
    expect(status).toBe('FAILED');
    expect(told()).toMatchObject([{ kind: 'stage_run', stage: 'evaluate', exchange: 'NSE' }]);
  });
});
