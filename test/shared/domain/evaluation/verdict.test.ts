import { describe, expect, test } from 'vitest';
import { executionConfig } from '../../../../shared/config/execution.ts';
import { gatePolicy } from '../../../../shared/config/gate.ts';
import type { GateContext } from '../../../../shared/domain/evaluation/gate-context.ts';
import { GATE_RULES, shown } from '../../../../shared/domain/evaluation/rule-result.ts';
import { verdict } from '../../../../shared/domain/evaluation/verdict.ts';
import { verdictMarkdown } from '../../../../shared/domain/evaluation/verdict-markdown.ts';
import { EARNING, gateCase, judged, LOSING, production } from './gate-case.ts';

function verdictOn(context: GateContext) {
  return verdict({
    context,
    exchange: 'NSE',
    target: 'tb15',
    dataset_version: '2026-03-02',
    evaluated_at: '2026-03-02T12:00:00.000Z',
    execution: executionConfig().backtest,
  });
}

describe('verdict', () => {
  const good = verdictOn(gateCase());
  test('lists every rule once, in order', () =>
    expect(good.rules.map((rule) => rule.rule)).toEqual(GATE_RULES));
  test('passes when nothing fails, and lists what does not apply', () =>
    expect(good).toMatchObject({ pass: true, failed: [], not_applicable: ['overfitting-probability'] }));
  test('is bound to its bundle', () => expect(good.bundle_hash).toBe('a'.repeat(64)));
  test('one failing rule refuses', () =>
    expect(verdictOn(gateCase({ exploratory: true }))).toMatchObject({
      pass: false,
      failed: ['enough-evidence'],
    }));
  test('survives JSON', () => expect(JSON.parse(JSON.stringify(good))).toEqual(good));
  test('is the same for the same input', () => expect(verdictOn(gateCase())).toEqual(good));
  test.each([
    ['first', null],
    ['refresh', production()],
    ['replace', production({}, { logic_hash: '2'.repeat(64) })],
  ] as const)('class %s', (kind, baseline) =>
    expect(verdictOn(gateCase({ baseline })).candidate_class).toBe(kind),
  );
});

describe('profile demo', () => {
  const short = judged({ returns: EARNING.slice(0, 9), effective_samples: 150 });
  const few = { ...short, held_out: judged({ returns: EARNING.slice(0, 4) }).all };
  test('accepts the evidence of a short simulation and says so', () => {
    const result = verdictOn(gateCase({ candidate: few, policy: gatePolicy('demo') }));
    expect(result.rules.find((rule) => rule.rule === 'enough-evidence')).toMatchObject({ pass: true });
    expect(result.profile_note).toContain('simulated');
    expect(verdictMarkdown(result)).toContain('> Demonstration profile');
  });
  test('the default profile refuses the same record', () =>
    expect(verdictOn(gateCase({ candidate: few })).failed).toContain('enough-evidence'));
  test('changes no rule', () => expect(gatePolicy('demo').rules).toEqual(gatePolicy().rules));
  test('still refuses a losing model', () => {
    const candidate = judged({ returns: LOSING.slice(0, 12) });
    const result = verdictOn(gateCase({ candidate, policy: gatePolicy('demo') }));
    expect(result.failed).toEqual(expect.arrayContaining(['sharpe', 'deflated-sharpe', 'enough-evidence']));
  });
  test('an unknown profile is refused by name', () =>
    expect(() => gatePolicy('lenient')).toThrow('was lenient'));
});

describe('as Markdown', () => {
  test('an approval says what may happen next', () => {
    const text = verdictMarkdown(verdictOn(gateCase()));
    expect(text).toMatch(/^# Approved: NSE tb15/);
    expect(text).toContain('The bundle may be promoted.');
    for (const rule of GATE_RULES) expect(text).toContain(`| ${rule} |`);
  });
  test('a refusal names the rules', () => {
    const text = verdictMarkdown(verdictOn(gateCase({ exploratory: true, baseline: production() })));
    expect(text).toMatch(/^# Refused/);
    expect(text).toContain('stays out of production: enough-evidence');
    expect(text).toContain('2026-02-27-bbbbbbbb');
  });
  test.each([
    ['without production', gateCase(), [8, 7, 4]],
    ['with production', gateCase({ baseline: production() }), [8, 7, 5]],
  ] as const)('every line of a table has the same number of cells, %s', (_name, context, cells) => {
    const rows = verdictMarkdown(verdictOn(context))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((line) => line.split('|').length))).toEqual(new Set(cells));
  });
  test('tiny numbers are shown, not rounded to nothing', () => {
    expect(verdictMarkdown(verdictOn(gateCase()))).toContain(
      '| export-exact | passed | 3e-8 | - | 0.000001 |',
    );
    expect([0, 0.12345, -0.0004567, 3.04e-8, null, Number.NaN].map(shown)).toEqual([
      '0',
      '0.1235',
      '-0.00046',
      '3e-8',
      'unknown',
      'unknown',
    ]);
  });
});
