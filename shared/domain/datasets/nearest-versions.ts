/**
 * The known names that look most like a wrong one, best first: how a typing mistake is told.
 * Example: `nearestVersions('2025-12-4', ['2025-11-03', '2025-12-04'], 1)` is `['2025-12-04']`.
 */
export function nearestVersions(wrong: string, known: readonly string[], count = 3): string[] {
  const ranked = known.map((name) => ({ name, distance: editDistance(wrong, name) }));
  return ranked
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? 1 : -1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** Fewest letters to insert, remove or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let at = 1; at <= b.length; at++) {
      const replaced = above[at - 1]! + Number(a[row - 1] !== b[at - 1]);
      line.push(Math.min(replaced, above[at]! + 1, line[at - 1]! + 1));
    }
    above = line;
  }
  return above[b.length]!;
}
