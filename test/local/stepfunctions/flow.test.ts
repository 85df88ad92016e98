import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, machineOf, openFixture, START_MS } from './harness.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = openFixture();
});
afterEach(() => fixture.close());

describe('Pass and Succeed', () => {
  it('hands its input on, or its Output', async () => {
    const definition = machineOf({
      First: { Type: 'Pass', Output: { n: '{% $states.input.a + 1 %}', kept: 'as it is' }, Next: 'Second' },
      Second: { Type: 'Pass', Next: 'Done' },
      Done: { Type: 'Succeed' },
    });
    expect(await fixture.output(definition, { a: 1 })).toEqual({ n: 2, kept: 'as it is' });
  });

  it('assigns variables that the next state sees, from the values on entry', async () => {
    const definition = machineOf({
      First: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'Swap' },
      Swap: {
        Type: 'Pass',
        Assign: { a: '{% $b %}', b: '{% $a %}' },
        Output: '{% [$a, $b] %}',
        Next: 'Done',
      },
      Done: { Type: 'Succeed', Output: '{% {"before": $states.input, "after": [$a, $b]} %}' },
    });
    expect(await fixture.output(definition)).toEqual({ before: [1, 2], after: [2, 1] });
  });

  it('shows the context', async () => {
    const definition = machineOf({ Here: { Type: 'Pass', Output: '{% $states.context %}', End: true } });
    const context = (await fixture.output(definition, { a: 1 })) as Record<string, Record<string, unknown>>;
    expect(context['Execution']).toMatchObject({
      Input: { a: 1 },
      StartTime: new Date(START_MS).toISOString(),
    });
    expect(context['StateMachine']?.['Name']).toBe('machine');
    expect(context['State']).toEqual({
      Name: 'Here',
      EnteredTime: new Date(START_MS).toISOString(),
      RetryCount: 0,
    });
  });
});

describe('Choice', () => {
  const definition = machineOf({
    Size: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $states.input.n > 10 %}',
          Next: 'Big',
          Assign: { size: 'big' },
          Output: 'from the choice',
        },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Big', Assign: { size: 'middle' } },
      ],
      Default: 'Small',
      Assign: { size: 'small' },
      Output: 'from the state',
    },
    Big: { Type: 'Pass', Output: '{% [$size, $states.input] %}', End: true },
    Small: { Type: 'Pass', Output: '{% [$size, $states.input] %}', End: true },
  });

  it('takes the first that holds, with its own Assign and Output', async () => {
    expect(await fixture.output(definition, { n: 11 })).toEqual(['big', 'from the choice']);
    expect(await fixture.output(definition, { n: 6 })).toEqual(['middle', { n: 6 }]);
  });

  it('takes Default with the Assign and Output of the state', async () => {
    expect(await fixture.output(definition, { n: 1 })).toEqual(['small', 'from the state']);
  });

  it('fails when nothing holds, and when a condition is no boolean', async () => {
    const choices = (condition: string) =>
      machineOf({
        Choose: { Type: 'Choice', Choices: [{ Condition: condition, Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      });
    const unmatched = await fixture.run(choices('{% false %}'));
    expect(unmatched).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
    const number = await fixture.run(choices('{% 1 %}'));
    expect(number).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(number.cause).toContain('Choices/0/Condition of state "Choose" must be a boolean, was 1');
  });
});

describe('Wait', () => {
  it('waits for seconds and for an instant, in the time of the clock', async () => {
    const definition = machineOf({
      Seconds: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Instant' },
      Instant: { Type: 'Wait', Timestamp: '{% $states.input.at %}', Next: 'Done' },
      Done: { Type: 'Succeed', Output: '{% $millis() %}' },
    });
    const at = '2025-12-05T16:00:00+05:30';
    expect(await fixture.output(definition, { seconds: 90, at })).toBe(Date.parse(at));
    const past = '2025-12-01T00:00:00Z';
    const startMs = fixture.clock.nowMs();
    expect(await fixture.output(definition, { seconds: 90, at: past })).toBe(startMs + 90_000);
  });

  it('refuses an instant without a zone', async () => {
    const definition = machineOf({ Wait: { Type: 'Wait', Timestamp: '2025-12-05 16:00', End: true } });
    const failed = await fixture.run(definition);
    expect(failed.error).toBe('States.QueryEvaluationError');
    expect(failed.cause).toContain('must be an RFC 3339 instant, was "2025-12-05 16:00"');
  });
});

describe('Fail', () => {
  it('fails with its Error and Cause', async () => {
    const definition = machineOf({
      Stop: { Type: 'Fail', Error: 'NotATradingDay', Cause: '{% $states.input.date & " is a holiday" %}' },
    });
    expect(await fixture.run(definition, { date: '2025-12-25' })).toMatchObject({
      status: 'FAILED',
      error: 'NotATradingDay',
      cause: '2025-12-25 is a holiday',
    });
  });
});

describe('limits', () => {
  it('holds the 256 KiB of a state, which States.ALL does not catch', async () => {
    const definition = machineOf({
      Grow: { Type: 'Pass', Output: '{% $join([1..300000].("x")) %}', End: true },
    });
    expect(await fixture.run(definition)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });

  it('ends the execution at its TimeoutSeconds', async () => {
    const definition = machineOf({ Wait: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 60 });
    const timedOut = await fixture.run(definition);
    expect(timedOut).toMatchObject({ status: 'TIMED_OUT', stoppedMs: START_MS + 60_000 });
  });

  it('fails on an expression that throws or returns nothing, and names it', async () => {
    const pass = (output: string) => machineOf({ P: { Type: 'Pass', Output: { a: output }, End: true } });
    const nothing = await fixture.run(pass('{% $states.input.missing %}'));
    expect(nothing.error).toBe('States.QueryEvaluationError');
    expect(nothing.cause).toBe(
      "the JSONata expression '$states.input.missing' in the field 'Output/a' returned nothing (undefined)",
    );
    const thrown = await fixture.run(pass('{% 1 + "a" %}'));
    expect(thrown.cause).toContain("the JSONata expression '1 + \"a\"' in the field 'Output/a' failed: ");
  });
});
