import { expect, test } from 'vitest';
import { runInterleaving } from './run.ts';

test('the interleavings reach what they are about', async () => {
  const reached = new Map<string, number>();
  const count = (what: string, holds: boolean) => reached.set(what, (reached.get(what) ?? 0) + Number(holds));
  for (let seed = 0; seed < 600; seed++) {
    const { executions, judgings, choosings, trainings, seen, before, after } = await runInterleaving(seed);
    const events = after.history.slice(before.history.length).map(({ event }) => event);
    for (const event of ['promoted', 'rolled_back', 'withdrawn', 'refused', 'failed'] as const)
      count(event, events.includes(event));
    count(
      'conflict',
      executions.some(({ error }) => error === 'Conflict'),
    );
    count(
      'crash',
      executions.some(({ crashes }) => crashes > 0),
    );
    count(
      'crash after which it went on',
      executions.some(({ crashes, gone }) => crashes > 0 && !gone),
    );
    count(
      'gone',
      executions.some(({ gone }) => gone === true),
    );
    count(
      'taken back',
      executions.some(({ heard }) => heard.includes('taken back')),
    );
    count('several switches', events.filter((event) => event === 'promoted').length > 1);
    count('same millisecond', new Set(after.history.map(({ at }) => at)).size < after.history.length);
    count(
      'verdict stored',
      judgings.some(({ outcome }) => outcome === 'stored'),
    );
    count(
      'verdict too late',
      judgings.some(({ outcome }) => outcome === 'conflict'),
    );
    count(
      'backend chosen beside a switch',
      choosings.some(({ outcome }) => outcome === 'stored') && events.includes('promoted'),
    );
    count(
      'bundle added',
      trainings.some(({ added }) => added === true),
    );
    const versions = seen.flatMap(({ pointers }) => pointers.map(({ version }) => version));
    count('read before and after a switch', new Set(versions).size > 1);
  }
  const rare = [...reached]
    .filter(([, times]) => times < 6)
    .map(([what, times]) => `${what}: ${times} of 600`);
  expect(rare).toEqual([]);
});

test('the same seed is the same run', async () => {
  for (const seed of [0, 1, 2, 64, 353]) {
    expect(await runInterleaving(seed)).toEqual(await runInterleaving(seed));
  }
});
