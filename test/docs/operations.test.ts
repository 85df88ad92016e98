import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALERT_RULES } from '../../shared/domain/alerts/alert-state.ts';
import { HOLD_REASONS, RISK_FLAGS } from '../../shared/domain/scoring/recommendation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');

/** First cells of the rows of all tables. */
const firstCells = [...page.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, cell]) => cell);

describe('docs/operations.md', () => {
  test('has a row for every alert rule', () => {
    expect(ALERT_RULES.filter((rule) => !firstCells.includes(rule))).toEqual([]);
  });

  test('has a row for every CloudWatch alarm of the monitoring stack', () => {
    const stack = readFileSync(join(ROOT, 'infra', 'stacks', 'monitoring.ts'), 'utf8');
    const data = readFileSync(join(ROOT, 'infra', 'stacks', 'data.ts'), 'utf8');
    const queues = /get queues\(\)[\s\S]*?return \{([^}]+)\}/.exec(data)?.[1] ?? '';
    const deadLetters = [...queues.matchAll(/(\w+): to/g)].map(([, queue]) => `${queue}DeadLetters`);
    expect(stack).toContain('Object.entries(data.queues)');
    const readers = readFileSync(join(ROOT, 'infra', 'bus-readers.ts'), 'utf8');
    const ofReaders = [...readers.matchAll(/\b(To[A-Z]\w+): \{/g)].map(([, queue]) => `${queue}DeadLetters`);
    expect(ofReaders).toContain('ToArchiveDeadLetters');
    const others = [...stack.matchAll(/new Alarm\(this, '(\w+)'/g)].map(([, name]) => name as string);
    const alarms = [...deadLetters, ...ofReaders, ...others];
    expect(alarms.length).toBeGreaterThanOrEqual(6);
    expect(alarms.filter((name) => !firstCells.includes(name))).toEqual([]);
  });

  test('shows commands that exist, and names only hold reasons that exist', () => {
    const main = readFileSync(join(ROOT, 'cli', 'main.ts'), 'utf8');
    const shown = [...page.matchAll(/\.\/oi ([a-z]+)/g)].map(([, name]) => name as string);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((name) => !main.includes(`${name}Command,`))).toEqual([]);
    const reasons = [...page.matchAll(/HOLD with `(\w+)`/g)].map(([, reason]) => reason);
    expect(reasons.filter((reason) => !HOLD_REASONS.includes(reason as never))).toEqual([]);
  });

  test('says of every reason of a HOLD, and of every flag that keeps from a trade, what to do', () => {
    const seen = firstCells.join('\n');
    expect(RISK_FLAGS.filter((flag) => !seen.includes(`\`${flag}\``))).toEqual([]);
  });

  test('names no path of a machine', () => {
    expect(page).not.toMatch(/(^|[\s"'`(])\/(home|root|work|tmp|Users)\//m);
  });
});
