import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { trainRuns } from '../../../infra/machines/learn.ts';
import { checksOf, observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { LEARN_TARGETS } from './targets.ts';

type State = Record<string, unknown> & { readonly Next?: string };
const { ItemProcessor } = trainRuns(LEARN_TARGETS, 'Done') as unknown as {
  ItemProcessor: { States: Record<string, State> };
};
const { States } = ItemProcessor;

const evaluated = (expression: string, variables: object): Promise<unknown> =>
  jsonata(expression.replace(/^\{%/, '').replace(/%\}$/, '')).evaluate({}, { ...variables });

const variables = (target: string) => ({
  run: { target, research: target !== 'tb15' },
  exchange: 'NSE',
  failure: { Error: 'RejectedInput', Cause: '{"errorMessage":"too few rows"}' },
  states: { context: { Execution: { Id: 'execution:1' } } },
});

async function told(state: string, target: string) {
  const { MessageBody } = States[state]!['Arguments'] as { MessageBody: string };
  return observationSchema.parse(JSON.parse((await evaluated(MessageBody, variables(target))) as string));
}

describe('the verdict on a research target', () => {
  it('is told to nobody and promotes nothing', async () => {
    expect(States['Evaluate']!.Next).toBe('IsServed');
    const { Choices, Default } = States['IsServed'] as unknown as {
      Choices: [{ Condition: string; Next: string }];
      Default: string;
    };
    expect(await evaluated(Choices[0].Condition, variables('dir5'))).toBe(true);
    expect(await evaluated(Choices[0].Condition, variables('tb15'))).toBe(false);
    expect([Choices[0].Next, Default]).toEqual(['ReportTrainingDone', 'TellVerdict']);
  });
});

describe('a candidate that passed', () => {
  const next = async (verdict: object) => {
    const { Choices, Default } = States['PromoteByPolicy'] as unknown as {
      Choices: { Condition: string; Next: string }[];
      Default: string;
    };
    for (const { Condition, Next } of Choices) if (await evaluated(Condition, { verdict })) return Next;
    return Default;
  };

  it.each([
    [{ promote: true, approval: null }, 'StartPromotion'],
    [{ promote: false, approval: { expires_after_days: 5 } }, 'OpenPromotion'],
    [{ promote: false, approval: null }, 'ReportTrainingDone'],
    [{ promote: false }, 'ReportTrainingDone'],
  ])('%o goes to %s', async (verdict, state) => {
    expect(await next(verdict)).toBe(state);
  });

  it('waits for a person only where one is asked', () => {
    const input = (state: string) => (States[state]!['Arguments'] as { Input: object }).Input;
    expect(input('OpenPromotion')).toMatchObject({ operator: 'policy', approval: '{% $verdict.approval %}' });
    expect(input('StartPromotion')).not.toHaveProperty('approval');
  });
});

describe('the end of a training', () => {
  it('opens an alert on its own target, which another one does not take back', async () => {
    const subjects = async (state: string) =>
      Promise.all(
        ['tb15', 'dir5', 'mag15'].map(async (target) => {
          const [{ check }] = checksOf(await told(state, target)) as unknown as [
            { check: Record<string, unknown> },
          ];
          return check['kind'] === 'breached'
            ? (check['finding'] as { subject: string }).subject
            : check['subject'];
        }),
      );
    const expected = ['train', 'train dir5', 'train mag15'];
    expect(await subjects('ReportTraining')).toEqual(expected);
    expect(await subjects('ReportTrainingDone')).toEqual(expected);
  });
});
