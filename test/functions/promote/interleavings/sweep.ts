import { problemsOf } from './invariants.ts';
import { runInterleaving } from './run.ts';

/** Runs the interleavings of so many seeds; what is wrong in the first ten that are, by seed. */
export async function sweep(from: number, count: number): Promise<string[]> {
  const wrong: string[] = [];
  // Most errors here are expected, and nobody reads where they come from.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  for (let seed = from; seed < from + count && wrong.length < 10; seed++) {
    const problems = problemsOf(await runInterleaving(seed));
    wrong.push(...problems.map((problem) => `seed ${seed}: ${problem}`));
  }
  Error.stackTraceLimit = limit;
  return wrong;
}
