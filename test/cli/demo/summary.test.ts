import { expect, it } from 'vitest';
import { showNextSteps } from '../../../cli/demo/summary.ts';
import type { Output } from '../../../cli/output.ts';

it.each(['d1', 'demo', 'sixteen-letters1'])('the next steps of %s line up', (environment) => {
  const lines: string[] = [];
  const output: Pick<Output, 'line'> = { line: (text = '') => void lines.push(text) };
  showNextSteps(environment, output as Output);
  const steps = lines.filter((line) => line.startsWith('  '));
  const columns = steps.map((line) => /^ {2}\S.*? {2,}(?=\S)/.exec(line)?.[0].length);
  expect(steps).toHaveLength(4);
  expect(new Set(columns)).toEqual(new Set([`  ./oi recommendations --env ${environment}  `.length]));
  expect(lines.join('\n')).toContain(`.oi/env/${environment}/state/`);
});
