import { describe, expect, it } from 'vitest';
import { runSteps, type Step } from '../../../cli/commands/test.ts';
import type { Output } from '../../../cli/output.ts';
import { runOi } from '../run-oi.ts';

/** Collects what people and machines see. */
function collect() {
  const shown: string[] = [];
  const results: unknown[] = [];
  const output: Output = {
    line: (text = '') => void shown.push(text),
    table: () => undefined,
    progress: () => undefined,
    result: (value) => void results.push(value),
  };
  return { output, shown, results };
}

const WELL: Step = ['well', 'typescript', 'bin/tsc', '--version'];
/** Ends with an error. */
const ILL: Step = ['ill', 'typescript', 'bin/tsc', '--noEmit', 'no-such-file.ts'];

describe('test', () => {
  it('names the step that failed, for machines too, and runs none after it', () => {
    const { output, shown, results } = collect();
    expect(runSteps([WELL, ILL, WELL], output, true)).toBe(false);
    expect(shown).toEqual(['== well', '== ill', '== ill: failed']);
    expect(results).toEqual([{ ok: false, failed: 'ill' }]);
  });

  it('gives one result when all went well', () => {
    const { output, shown, results } = collect();
    expect(runSteps([WELL], output, true)).toBe(true);
    expect(shown).toEqual(['== well']);
    expect(results).toEqual([{ ok: true }]);
  });

  it.each(['nosuchfolder', '../cli', 'factories'])(
    'refuses %s, where no test lies, naming those there are',
    (only) => {
      const { status, stdout, stderr } = runOi('/nonexistent', 'test', only, '--json');
      expect(status).toBe(2);
      expect(stderr).toMatch(/expected a folder or file of test\/ \(bench, cli, .*shared, simulator\), was /);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: 'RejectedInput' });
    },
  );
});
