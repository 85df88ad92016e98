import jsonata from 'jsonata';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trainingMachine } from '../../../infra/machines/training.ts';
import { type Fixture, openFixture } from '../../local/stepfunctions/harness.ts';
import { LEARN_TARGETS } from './targets.ts';

const { StartAt, States } = trainingMachine(LEARN_TARGETS) as unknown as {
  StartAt: string;
  States: Record<string, Record<string, unknown>>;
};

const evaluated = (expression: string, input: object) =>
  jsonata(expression.replace(/^\{%/, '').replace(/%\}$/, '')).evaluate({}, { states: { input } });

describe('the training machine', () => {
  it('trains a version again when it is asked to, and plans a training otherwise', async () => {
    const { Choices, Default } = States[StartAt] as {
      Choices: [{ Condition: string; Next: string }];
      Default: string;
    };
    const [choice] = Choices;
    expect(await evaluated(choice.Condition, { exchange: 'NSE', target: 'tb15', reproduce: 'v1' })).toBe(
      true,
    );
    expect(await evaluated(choice.Condition, { exchange: 'NSE', target: 'tb15' })).toBe(false);
    expect([choice.Next, Default]).toEqual(['Reproduce', 'PlanTraining']);
  });

  it('gives the request to the train stage as it is, and ends with its comparison', () => {
    expect(States['Reproduce']).toMatchObject({
      Arguments: { FunctionName: 'train', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      End: true,
    });
  });
});

describe('a version that is to be judged', () => {
  const REQUEST = { exchange: 'NSE', target: 'tb15', judge: 'v-1' };
  const VERDICT = {
    version: 'v-1',
    pass: true,
    failed: [],
    verdict_key: 'k',
    promote: true,
    research: false,
  };
  const definition = JSON.stringify(trainingMachine(LEARN_TARGETS));
  let machine: Fixture;
  let asked: { resource: string; input: unknown }[];
  let refusal: Error | null;
  beforeEach(() => {
    asked = [];
    refusal = null;
    machine = openFixture(async (resource, input) => {
      asked.push({ resource, input });
      if (refusal !== null) throw refusal;
      return { Payload: VERDICT };
    });
  });
  afterEach(() => machine.close());

  it('goes to the evaluate stage and nowhere else, though the policy would promote it', async () => {
    expect(await machine.output(definition, REQUEST)).toEqual(VERDICT);
    expect(asked).toEqual([
      {
        resource: 'arn:aws:states:::lambda:invoke',
        input: {
          FunctionName: 'evaluate',
          Payload: { exchange: 'NSE', version: 'v-1', target: 'tb15' },
        },
      },
    ]);
  });

  it('that is not there ends in the words of the stage', async () => {
    refusal = Object.assign(new Error('version: expected a registered one, was v-1'), { name: 'NotFound' });
    const { status, error, cause } = await machine.run(definition, REQUEST);
    expect([status, error]).toEqual(['FAILED', 'NotFound']);
    expect(cause).toContain('was v-1');
  });
});
