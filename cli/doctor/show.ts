import { faint, falls, rises, warns } from '../ink.ts';
import type { Output } from '../output.ts';
import type { Finding } from './finding.ts';

const MARKS: Readonly<Record<Finding['status'], string>> = {
  ok: rises('ok  '),
  warn: warns('warn'),
  fail: falls('FAIL'),
  none: faint('-   '),
};

/** A line for each finding, its remedy below, and the sum of them. */
export function showFindings(findings: readonly Finding[], output: Output): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, status, says, remedy } of findings) {
    output.line(`${MARKS[status]}  ${check.padEnd(width)}  ${says}`);
    if (remedy !== null) output.line(faint(`${' '.repeat(width + 8)}do: ${remedy}`));
  }
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length;
  output.line();
  output.line(`${findings.length} checks: ${count('fail')} failing, ${count('warn')} to look at`);
}
