import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../cli/connection.ts';
import { type Judged, judgeModel, showJudged } from '../../../cli/models/judge.ts';
import { openOutput } from '../../../cli/output.ts';
import { NotFound } from '../../../shared/errors.ts';
import { aBundle } from '../../factories/bundle.ts';

const { row } = aBundle({});
const PASSED: Judged = { version: row.version, pass: true, failed: [], verdict_key: 'k' };
const REFUSED: Judged = { ...PASSED, pass: false, failed: ['sharpe', 'drawdown'] };

function written() {
  let text = '';
  const stream = {
    write: (part: string) => {
      text += part;
    },
  } as never;
  return { output: openOutput(false, stream, stream), text: () => text };
}

function shown(change: Partial<typeof row> = {}, judged = PASSED): string {
  const { output, text } = written();
  showJudged({ ...row, ...change }, judged, { folder: 'reports', environment: 'desk' }, output);
  return text();
}

describe('a version judged by hand', () => {
  it('shows what it is, the verdict, and that a person promotes it', () => {
    const { exchange, target, version, family } = row;
    expect(shown({ distilled_of: 'v0' }).trimEnd().split('\n')).toEqual([
      `${exchange} ${target}: ${version}, ${family}, distilled of v0`,
      'verdict: PASS',
      `next: ./oi promote ${exchange} ${version} --operator YOU --reason WHY --env desk`,
    ]);
    // The machine's answer may say that the policy would promote it: nothing did.
    expect(shown({}, { ...PASSED, promote: true } as Judged)).toContain('next: ./oi promote');
  });

  it('shows the rules that refused it and where they say why', () => {
    const text = shown({ imported_by: 'anita' }, REFUSED);
    expect(text).toContain(', imported by anita\nverdict: REFUSED by sharpe, drawdown\n');
    expect(text).toContain('next: read why in reports/verdict.md');
  });

  it('that was live keeps its verdict, and one that is live needs no next step', () => {
    const live = shown({ status: 'live', verdict_key: 'k' });
    expect(live).toContain('it keeps the verdict that it went live with\nverdict: PASS');
    expect(live).not.toContain('next:');
    expect(shown({ status: 'retired', verdict_key: 'k' })).toContain('it keeps the verdict');
    // Live by an override, never judged: this is its first verdict.
    expect(shown({ status: 'live', verdict_key: null })).not.toContain('it keeps');
  });

  it('says why a size is not judged', () => {
    const text = shown(
      { target: 'mag15' },
      { ...REFUSED, failed: [], verdict_key: null, not_judged: 'a size' },
    );
    expect(text).toContain('verdict: not judged: a size');
    expect(text).toContain('mag15 is research');
  });

  it('needs an environment with the machine', async () => {
    const before = { name: 'desk' } as Connection;
    const asked = judgeModel(before, row, written().output);
    await expect(asked).rejects.toThrow(NotFound);
    await expect(asked).rejects.toThrow('environment desk: expected the stack output TrainingMachineArn');
  });
});
