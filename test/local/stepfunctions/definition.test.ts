import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../local/stepfunctions/definition/validate.ts';
import { LAMBDA, machineOf } from './harness.ts';

const aslValidate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  isValid: boolean;
  errorsText: (separator?: string) => string;
};

const done = { Type: 'Succeed' };
const task = { Type: 'Task', Resource: LAMBDA, Arguments: { FunctionName: 'f' }, End: true };
const each = (states: Record<string, unknown>) => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: Object.keys(states)[0], States: states },
  End: true,
});

const complete = {
  Comment: 'one of everything',
  IsTradingDay: {
    Type: 'Choice',
    Choices: [
      {
        Condition: "{% $states.input.date != 'x' %}",
        Next: 'Exchanges',
        Assign: { date: '{% $states.input.date %}' },
      },
    ],
    Default: 'Holiday',
  },
  Holiday: { Type: 'Fail', Error: 'Holiday', Cause: '{% $states.input.date %}' },
  Exchanges: {
    Type: 'Map',
    Items: '{% $states.input.exchanges %}',
    ItemSelector: { exchange: '{% $states.context.Map.Item.Value %}' },
    MaxConcurrency: 2,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'Compact',
      States: {
        Compact: {
          Type: 'Task',
          Resource: LAMBDA,
          Arguments: { FunctionName: 'compact', Payload: '{% $states.input %}' },
          Retry: [
            {
              ErrorEquals: ['Temporary'],
              IntervalSeconds: 2,
              MaxAttempts: 3,
              BackoffRate: 2,
              JitterStrategy: 'FULL',
            },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Report', Output: '{% $states.errorOutput %}' }],
          End: true,
        },
        Report: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sns:publish',
          Arguments: { Message: 'failed' },
          End: true,
        },
      },
    },
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 5, End: true } } },
      {
        StartAt: 'Approval',
        States: {
          Approval: {
            ...task,
            Resource: `${LAMBDA}.waitForTaskToken`,
            HeartbeatSeconds: 60,
            TimeoutSeconds: 600,
          },
        },
      },
    ],
    Next: 'Done',
  },
  Done: { Type: 'Succeed', Output: '{% $states.input %}' },
};

describe('parseDefinition', () => {
  it('reads a definition with all kinds of states, which asl-validator also finds right', () => {
    const { Comment, ...states } = complete;
    const text = machineOf(states, { Comment, TimeoutSeconds: 3_600 });
    expect(Object.keys(parseDefinition(text).States)).toHaveLength(5);
    const verdict = aslValidate(JSON.parse(text));
    expect(verdict.isValid, verdict.errorsText('\n')).toBe(true);
  });

  it('reads a machine whose states each say that they are JSONata', () => {
    const text = JSON.stringify({ StartAt: 'Done', States: { Done: { ...done, QueryLanguage: 'JSONata' } } });
    expect(parseDefinition(text).StartAt).toBe('Done');
  });

  it('takes resources of every partition', () => {
    const resource = 'arn:aws-us-gov:states:::lambda:invoke';
    expect(() => parseDefinition(machineOf({ A: { ...task, Resource: resource } }))).not.toThrow();
  });

  const refused: Array<[string, string, string]> = [
    ['no JSON', '{', 'definition: expected JSON'],
    [
      'JSONPath mode',
      JSON.stringify({ StartAt: 'A', States: { A: done } }),
      'state "A": expected field "QueryLanguage" to be "JSONata", was "JSONPath"',
    ],
    [
      'JSONPath said',
      machineOf({ A: done }, { QueryLanguage: 'JSONPath' }),
      'expected field "QueryLanguage" to be "JSONata", was "JSONPath"',
    ],
    [
      'a JSONPath field',
      machineOf({ A: { ...task, ResultPath: '$.a' } }),
      'state "A": expected JSONata mode only, was JSONPath field "ResultPath"',
    ],
    ['an unknown field', machineOf({ A: { ...task, Retries: 3 } }), 'was unknown field "Retries"'],
    ['an unknown field of the machine', machineOf({ A: done }, { Name: 'x' }), 'definition: expected one of'],
    ['an unknown type', machineOf({ A: { Type: 'Job' } }), 'state "A": expected field "Type" of Task, Map'],
    [
      'an unknown resource',
      machineOf({ A: { ...task, Resource: 'arn:aws:states:::glue:startJobRun' } }),
      'state "A": expected field "Resource"',
    ],
    [
      'a function as resource',
      machineOf({ A: { ...task, Resource: 'arn:aws:lambda:x:0:function:f' } }),
      'expected field "Resource"',
    ],
    [
      'Next to nowhere',
      machineOf({ A: { Type: 'Pass', Next: 'B' } }),
      'state "A": expected field "Next" to name a state of the same block, was "B"',
    ],
    [
      'StartAt to nowhere',
      JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'B', States: { A: done } }),
      'field "StartAt"',
    ],
    [
      'neither Next nor End',
      machineOf({ A: { Type: 'Pass' } }),
      'state "A": expected either field "Next" or "End": true',
    ],
    [
      'Next and End',
      machineOf({ A: { Type: 'Pass', Next: 'B', End: true }, B: done }),
      'either field "Next" or "End"',
    ],
    ['a lost state', machineOf({ A: done, B: done }), 'state "B": expected a transition that leads to it'],
    [
      'a name used twice',
      machineOf({ A: each({ A: done }) }),
      'state "A": expected a name that is used once',
    ],
    [
      'broken JSONata',
      machineOf({ A: { Type: 'Pass', Output: { x: '{% 1 + %}' }, End: true } }),
      'state "A": expected field "Output/x" to be valid JSONata',
    ],
    [
      'half an expression',
      machineOf({ A: { Type: 'Pass', Output: '{% 1', End: true } }),
      'field "Output" to be wholly inside {% %}',
    ],
    [
      'States.ALL among others',
      machineOf({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] } }),
      '"States.ALL" to stand alone and last',
    ],
    [
      'States.ALL before others',
      machineOf({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] } }),
      '"States.ALL" to stand alone and last',
    ],
    [
      'a negative interval',
      machineOf({ A: { ...task, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 0 }] } }),
      'state "A", retry 0: expected field "IntervalSeconds" to be a whole number within 1..',
    ],
    [
      'a strange jitter',
      machineOf({ A: { ...task, Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'HALF' }] } }),
      '"JitterStrategy" to be NONE or FULL',
    ],
    [
      'a distributed Map',
      machineOf({
        A: {
          ...each({ B: done }),
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: { B: done } },
        },
      }),
      'field "Mode" to be "INLINE", was "DISTRIBUTED"',
    ],
    [
      'an item reader',
      machineOf({ A: { ...each({ B: done }), ItemReader: {} } }),
      'unknown field "ItemReader"',
    ],
    [
      'Seconds and Timestamp',
      machineOf({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2025-12-04T00:00:00Z', End: true } }),
      'either field "Seconds" or "Timestamp"',
    ],
    [
      'a variable named states',
      machineOf({ A: { Type: 'Pass', Assign: { states: 1 }, End: true } }),
      'was "states"',
    ],
    [
      'an inner block that assigns an outer variable',
      machineOf({
        A: { Type: 'Pass', Assign: { v: 1 }, Next: 'B' },
        B: each({ C: { Type: 'Pass', Assign: { v: 2 }, End: true } }),
      }),
      'state "C": expected field "Assign" to leave variables of the outer scope alone, was "v"',
    ],
    [
      'an error in a branch',
      machineOf({
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'A', States: { A: { ...done, Input: 1 } } }],
          End: true,
        },
      }),
      'state "A"',
    ],
    [
      'no choices',
      machineOf({ A: { Type: 'Choice', Choices: [] } }),
      'field "Choices" to be a list with at least one entry',
    ],
    [
      'a choice in JSONPath',
      machineOf({ A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'B' }] }, B: done }),
      'JSONPath field "Variable"',
    ],
  ];

  it.each(refused)('refuses %s', (_what, text, message) => {
    expect(() => parseDefinition(text)).toThrow(message);
    expect(() => parseDefinition(text)).toThrow(expect.objectContaining({ name: 'InvalidDefinition' }));
  });
});
