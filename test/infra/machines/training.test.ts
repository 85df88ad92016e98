import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { trainingMachine } from '../../../infra/machines/training.ts';
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
