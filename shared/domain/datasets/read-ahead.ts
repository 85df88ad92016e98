/**
 * Reads items in their order with up to `ahead` reads under way beside the one that is waited for: a lake far away
 * is not waited for file by file, and no more than `ahead + 1` answers are held. A failed read throws in its turn.
 */
export async function* readAhead<Item, Answer>(
  items: Iterable<Item>,
  ahead: number,
  read: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const underWay: Promise<Answer>[] = [];
  for (const item of items) {
    const answer = read(item);
    // It throws where it is awaited; until then it must not count as unhandled.
    answer.catch(() => {});
    underWay.push(answer);
    if (underWay.length > ahead) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}
