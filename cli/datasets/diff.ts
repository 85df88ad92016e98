import type { DatasetDiff } from '../../shared/domain/datasets/diff.ts';
import type { Output } from '../output.ts';
import { percent } from './bar.ts';

const SHOWN = 20;

export function showDiff(a: string, b: string, diff: DatasetDiff, output: Output): void {
  const { added, removed, changed } = diff.files;
  output.line(`${a} -> ${b}: ${diff.same_content ? 'the same content' : 'other content'}`);
  for (const { field, before, after } of diff.spec) output.line(`  ${field}: ${before} -> ${after}`);
  for (const [exchange, rows] of Object.entries(diff.rows)) {
    output.line(`  rows of ${exchange}: ${rows > 0 ? '+' : ''}${rows}`);
  }
  output.line(`  files: ${added.length} added, ${removed.length} removed, ${changed.length} changed`);
  const lines = [
    ...added.map(({ path, rows }) => `    + ${path}  ${rows} rows`),
    ...removed.map(({ path, rows }) => `    - ${path}  ${rows} rows`),
    ...changed.map(({ exchange, date, kind, before, after, sameChain }) => {
      const why = sameChain === null ? '' : sameChain ? ', same chain' : ', other chain';
      return `    ~ ${kind} ${exchange} ${date}  ${before.rows} -> ${after.rows} rows${why}`;
    }),
  ];
  showSome(lines, output);
  if (diff.completeness.length > 0)
    output.line(`  completeness of ${diff.completeness.length} features differs`);
  const share = (value: number | null) => (value === null ? '-' : percent(value).trim());
  const features = diff.completeness.map(
    ({ exchange, feature, before, after }) =>
      `    ${exchange} ${feature}: ${share(before)} -> ${share(after)}`,
  );
  showSome(features, output);
}

function showSome(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, SHOWN)) output.line(line);
  if (lines.length > SHOWN) output.line(`    and ${lines.length - SHOWN} more (--json has all)`);
}
