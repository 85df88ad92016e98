import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type Notice } from '../../../../shared/domain/alerts/advance.ts';
import {
  type AlertState,
  alertStateSchema,
  type Finding,
} from '../../../../shared/domain/alerts/alert-state.ts';
import { breached, type Check, clear, UNKNOWN } from '../../../../shared/domain/alerts/check.ts';
import { emailMessage } from '../../../../shared/domain/alerts/email-message.ts';
import { slackMessage } from '../../../../shared/domain/alerts/slack-message.ts';

const finding: Finding = {
  rule: 'drawdown-limit',
  exchange: 'NSE',
  subject: 'trades',
  severity: 'warning',
  title: 'NSE: drawdown of 25000 rupees',
  what: 'The 12 re-marked trades are 25000 rupees below their best moment <limit & more>.',
  next: 'Look at the last recommendations.',
  numbers: { drawdown_rupees: 25_000.123, trades: 12 },
};
const policy = { repeat_after_minutes: 240 };
const at = (minutes: number) =>
  new Date(Date.parse('2026-01-05T04:00:00.000Z') + minutes * 60_000).toISOString();

function play(checks: readonly (readonly [number, Check])[]) {
  let state: AlertState | undefined;
  const told: (Notice['kind'] | null)[] = [];
  for (const [minutes, check] of checks) {
    const step = advance(state, check, at(minutes), policy);
    if (step.state !== null) {
      expect(alertStateSchema.parse(step.state)).toEqual(step.state);
      expect(step.state.revision).toBe((state?.revision ?? 0) + 1);
    }
    state = step.state ?? state;
    told.push(step.notice?.kind ?? null);
  }
  return { state, told };
}

describe('the life of an alert', () => {
  test('opened, still open without noise, repeated after the pause, recovered once', () => {
    const { state, told } = play([
      [0, breached(finding)],
      [15, breached(finding)],
      [239, breached(finding)],
      [240, breached(finding)],
      [255, clear()],
      [270, clear()],
    ]);
    expect(told).toEqual(['opened', null, null, 'repeated', 'recovered', null]);
    expect(state).toMatchObject({
      status: 'recovered',
      occurrences: 4,
      opened_at: at(0),
      recovered_at: at(255),
    });
  });
  test('silence is not recovery', () =>
    expect(
      play([
        [0, breached(finding)],
        [15, UNKNOWN],
        [30, UNKNOWN],
      ]),
    ).toMatchObject({
      told: ['opened', null, null],
      state: { status: 'open' },
    }));
  test('what never opened does not recover', () =>
    expect(
      play([
        [0, clear()],
        [1, UNKNOWN],
      ]).told,
    ).toEqual([null, null]));
  test('worse is told at once, better is not', () => {
    const critical = { ...finding, severity: 'critical' as const };
    expect(
      play([
        [0, breached(finding)],
        [15, breached(critical)],
        [30, breached(finding)],
      ]).told,
    ).toEqual(['opened', 'repeated', null]);
  });
  test('another subject is news; clearing it leaves the others alone', () => {
    const train = { ...finding, rule: 'stage-failed' as const, subject: 'train' };
    const label = { ...train, subject: 'label' };
    expect(
      play([
        [0, breached(train)],
        [1, clear('label')],
        [2, breached(label)],
        [3, clear('label')],
      ]).told,
    ).toEqual(['opened', null, 'opened', 'recovered']);
  });
  test('it can open again', () =>
    expect(
      play([
        [0, breached(finding)],
        [15, clear()],
        [30, breached(finding)],
      ]),
    ).toMatchObject({
      told: ['opened', 'recovered', 'opened'],
      state: { occurrences: 1, opened_at: at(30), recovered_at: null },
    }));
  test('every recovery follows exactly one opening, and no two openings of a subject follow each other', () => {
    const check = fc.constantFrom<Check>(breached(finding), clear(), UNKNOWN);
    fc.assert(
      fc.property(fc.array(check, { maxLength: 60 }), (checks) => {
        const { told } = play(checks.map((one, i) => [i * 15, one] as const));
        const turns = told.filter((kind) => kind === 'opened' || kind === 'recovered');
        turns.forEach((kind, i) => {
          expect(kind).toBe(i % 2 === 0 ? 'opened' : 'recovered');
        });
      }),
    );
  });
});

function notice(kind: Notice['kind'], change: Partial<Finding> = {}): Notice {
  const opened = advance(undefined, breached({ ...finding, ...change }), at(0), policy).state;
  if (opened === null) throw new Error('expected a state');
  if (kind !== 'recovered') return { kind, state: opened };
  return { kind, state: { ...opened, status: 'recovered', recovered_at: at(45) } };
}

describe('e-mail', () => {
  test('says what happened, the numbers and what to do next', () => {
    const { subject, body } = emailMessage(notice('opened'));
    expect(subject).toBe('Warning: NSE: drawdown of 25000 rupees');
    expect(body).toContain('Please have a look.');
    expect(body).toContain('  drawdown: 25000 rupees');
    expect(body).toContain('What to do next:\n  Look at the last recommendations.');
    expect(body).toContain(`Open since ${at(0)}.`);
  });
  test('a recovery says how long it took, and asks for nothing', () => {
    const { subject, body } = emailMessage(notice('recovered'));
    expect(subject).toBe('Recovered: NSE: drawdown of 25000 rupees');
    expect(body).toContain('(45 minutes)');
    expect(body).toContain('Nothing has to be done.');
    expect(body).not.toContain('What to do next');
  });
  test('a subject is one line of at most 100 printable ASCII characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), (title) => {
        expect(emailMessage(notice('repeated', { title })).subject).toMatch(/^[\x20-\x7e]{1,100}$/);
      }),
    );
  });
});

describe('Slack', () => {
  const message = slackMessage(notice('opened'));
  test('blocks in order, control characters escaped', () => {
    expect(message.blocks.map((block) => block.type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'context',
    ]);
    const text = JSON.stringify(message.blocks);
    expect(text).toContain('&lt;limit &amp; more&gt;');
    expect(text).toContain('*drawdown*\\n25000 rupees');
    expect(message.text).toContain('NSE: drawdown');
  });
  test('a recovery has no advice', () =>
    expect(slackMessage(notice('recovered')).blocks.map((block) => block.type)).toEqual([
      'header',
      'section',
      'section',
      'context',
    ]));
  test('a recovery tells the fault as what was said, not as what is', () => {
    const recovered = slackMessage(notice('recovered'));
    const text = JSON.stringify(recovered.blocks);
    expect(recovered.text).toMatch(/^This alert has recovered\. Recovered: NSE: drawdown/);
    expect(text).toContain('*This alert has recovered.* It had said: ');
    expect(text).toContain('"Recovered: NSE: drawdown');
    expect(JSON.stringify(message.blocks)).not.toContain('It had said');
  });
  test("stays within Slack's limits", () => {
    const numbers = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`number_${i}`, i]));
    const long = slackMessage(notice('opened', { title: 'x'.repeat(400), what: 'y'.repeat(5000), numbers }));
    for (const block of long.blocks) {
      if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
      if (block.type === 'section') expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3000);
      if (block.type === 'section') expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
    }
  });
});
