import { describe, expect, test } from 'vitest';
import { type Advanced, advance } from '../../../../shared/domain/alerts/advance.ts';
import type { AlertState } from '../../../../shared/domain/alerts/alert-state.ts';
import { emailMessage } from '../../../../shared/domain/alerts/email-message.ts';
import {
  checksOf,
  failureMessage,
  type Observation,
  observationSchema,
} from '../../../../shared/domain/alerts/observation.ts';

const NOW = '2026-01-05T10:35:00.000Z';
const switched = {
  kind: 'switch',
  exchange: 'NSE',
  from_version: null,
  to_version: '2026-01-02-aaaaaaaa',
  operator: 'asha',
  reason: 'passed the gate',
  override: false,
  execution: 'promotion:1',
} as const satisfies Observation;
const failed = {
  kind: 'stage_run',
  stage: 'train',
  exchange: 'NSE',
  error: { name: 'RejectedInput', message: '{"errorMessage":"too few rows","trace":[]}' },
  execution: 'nightly:7',
} as const satisfies Observation;

function play(observations: readonly Observation[]) {
  const states = new Map<string, AlertState>();
  return observations.map((observation) => {
    expect(observationSchema.parse(JSON.parse(JSON.stringify(observation)))).toEqual(observation);
    return checksOf(observation).flatMap(({ rule, exchange, check }) => {
      const step: Advanced = advance(states.get(rule + exchange), check, NOW, { repeat_after_minutes: 240 });
      if (step.state !== null) states.set(rule + exchange, step.state);
      return step.notice === null ? [] : [emailMessage(step.notice).subject];
    });
  });
}

describe('observations', () => {
  test('a failed stage is told in its own words, and recovers when it succeeds', () => {
    const [opened, again, other, recovered] = play([
      failed,
      failed,
      { ...failed, stage: 'dataset', error: null },
      { ...failed, error: null },
    ]);
    expect(opened).toEqual(['Critical: NSE: stage train failed']);
    expect([again, other]).toEqual([[], []]);
    expect(recovered).toEqual(['Recovered: NSE: stage train failed']);
    const [check] = checksOf(failed);
    const what = check?.check.kind === 'breached' ? check.check.finding.what : '';
    expect(what).toBe('Stage train of NSE failed with RejectedInput: too few rows');
  });

  test('a switch is news once, however often it is delivered, and nothing stays open', () => {
    const back = { ...switched, from_version: 'b', to_version: 'a', execution: 'promotion:2' };
    expect(play([switched, switched, back])).toEqual([
      ['Notice: NSE: 2026-01-02-aaaaaaaa is live'],
      [],
      ['Notice: NSE: a is live'],
    ]);
    const [event] = checksOf(switched);
    const { state } = advance(undefined, event!.check, NOW, { repeat_after_minutes: 240 });
    expect(state).toMatchObject({ rule: 'model-switched', status: 'recovered', recovered_at: NOW });
  });

  test('a switch against the gate is an alert too, until the next one', () => {
    const [against, ordinary] = play([
      { ...switched, override: true },
      { ...switched, to_version: 'c', execution: 'promotion:3' },
    ]);
    expect(against).toContain('Critical: NSE: 2026-01-02-aaaaaaaa is live against the gate');
    expect(ordinary).toEqual([
      'Notice: NSE: c is live',
      'Recovered: NSE: 2026-01-02-aaaaaaaa is live against the gate',
    ]);
  });

  test('a check is passed on as the stage judged it', () => {
    const check = { kind: 'clear', subject: null } as const;
    expect(checksOf({ kind: 'check', rule: 'data-stale', exchange: 'BSE', check })).toEqual([
      { rule: 'data-stale', exchange: 'BSE', check },
    ]);
  });

  test.each([
    ['an unknown kind', { kind: 'weather' }, 'kind'],
    [
      'an unknown rule',
      { kind: 'check', rule: 'stage-failure', exchange: 'NSE', check: { kind: 'unknown' } },
      'rule',
    ],
    ['a stage without a name', { ...failed, stage: '' }, 'stage'],
  ])('%s is refused by name', (_, message, field) => {
    expect(observationSchema.safeParse(message).error?.issues[0]?.path[0]).toBe(field);
  });
});

test.each([
  ['{"errorMessage":"no verdict","errorType":"RejectedInput"}', 'no verdict'],
  ['States.Timeout', 'States.Timeout'],
  ['{"other":1}', '{"other":1}'],
  ['null', 'null'],
  ['', 'no reason given'],
])('the cause %s reads %s', (cause, words) => expect(failureMessage(cause)).toBe(words));
