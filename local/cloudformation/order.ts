/**
 * Sorts `ids` so that each comes after everything it depends on; ties keep the given order.
 * Throws on a cycle, naming its members.
 *
 * @example inDependencyOrder(['a', 'b'], (id) => (id === 'a' ? ['b'] : [])) // ['b', 'a']
 */
export function inDependencyOrder(
  ids: readonly string[],
  dependenciesOf: (id: string) => readonly string[],
): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  function visit(id: string, path: readonly string[]): void {
    if (done.has(id)) return;
    if (path.includes(id)) throw new Error(`expected no dependency cycle, was ${[...path, id].join(' -> ')}`);
    for (const dependency of dependenciesOf(id)) visit(dependency, [...path, id]);
    done.add(id);
    ordered.push(id);
  }
  for (const id of ids) visit(id, []);
  return ordered;
}
