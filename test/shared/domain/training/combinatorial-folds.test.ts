import { describe, expect, it } from 'vitest';
import {
  backtestPaths,
  combinatorialBlocks,
  combinatorialFolds,
} from '../../../../shared/domain/training/combinatorial-folds.ts';

const rows = (count: number) => Float64Array.from({ length: count }, (_, row) => row);
const folds = (count: number, groups: number, judged: number, embargoMs = 0, span = 0, session = 'a') =>
  combinatorialFolds(
    rows(count),
    rows(count).map((row) => row + span),
    Array<string>(count).fill(session),
    { groups, judged, embargoMs },
  );

describe('combinatorialFolds', () => {
  it('judges every choice of blocks once', () => {
    expect(
      folds(4, 4, 2).map(({ judgedGroups, train, test }) => [judgedGroups, [...train], [...test]]),
    ).toEqual([
      [
        [0, 1],
        [2, 3],
        [0, 1],
      ],
      [
        [0, 2],
        [1, 3],
        [0, 2],
      ],
      [
        [0, 3],
        [1, 2],
        [0, 3],
      ],
      [
        [1, 2],
        [0, 3],
        [1, 2],
      ],
      [
        [1, 3],
        [0, 2],
        [1, 3],
      ],
      [
        [2, 3],
        [0, 1],
        [2, 3],
      ],
    ]);
  });

  it('has 15 splits for N 6, k 2 and 45 for N 10, k 8', () => {
    expect(folds(60, 6, 2)).toHaveLength(15);
    expect(folds(60, 10, 8)).toHaveLength(45);
  });

  it('purges labels that reach into a judged block, rows that its labels reach, and the embargo', () => {
    const [, , middle] = folds(20, 4, 1, 0, 2);
    expect([...middle!.test]).toEqual([10, 11, 12, 13, 14]);
    expect([...middle!.train]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 19]);
    const [, , quiet] = folds(20, 4, 1, 2, 2);
    expect([...quiet!.train]).toEqual([0, 1, 2, 3, 4, 5, 19]);
  });

  it('cuts between sessions where there are enough', () => {
    const sessions = ['a', 'a', 'a', 'a', 'a', 'b', 'c', 'c', 'd', 'd'];
    const shape = { groups: 2, judged: 1, embargoMs: 0 };
    const [first, second] = combinatorialFolds(rows(10), rows(10), sessions, shape);
    expect([...first!.test]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...second!.test]).toEqual([6, 7, 8, 9]);
  });

  it('leaves out splits with nothing to fit on', () => {
    expect(folds(20, 2, 1, 100)).toEqual([]);
    expect(folds(0, 2, 1)).toEqual([]);
    expect(folds(1, 3, 1)).toEqual([]);
  });

  it.each([
    [6, 6],
    [6, 0],
    [1, 1],
    [6, 1.5],
  ])('refuses %d blocks of which %d are judged', (groups, judged) => {
    expect(() => folds(20, groups, judged)).toThrow(RangeError);
  });
});

describe('an embargo of whole sessions', () => {
  const sessions = Array.from(
    { length: 24 },
    (_, row) => `day ${String(Math.floor(row / 2)).padStart(2, '0')}`,
  );
  const split = (embargoSessions: number | undefined, judgedGroups: readonly number[]) => {
    const shape = { groups: 6, judged: judgedGroups.length, embargoMs: 0, embargoSessions };
    const found = combinatorialFolds(rows(24), rows(24), sessions, shape);
    const fold = found.find((one) => one.judgedGroups.join() === judgedGroups.join())!;
    return [...new Set([...fold.train].map((row) => Number(sessions[row]!.slice(4))))];
  };

  it('leaves them out on both sides of each judged block, and none when it is not asked for', () => {
    expect(split(1, [2])).toEqual([0, 1, 2, 7, 8, 9, 10, 11]);
    expect(split(2, [2])).toEqual([0, 1, 8, 9, 10, 11]);
    expect(split(1, [0])).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(split(1, [5])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(split(1, [1, 4])).toEqual([0, 5, 6, 11]);
    expect(split(0, [2])).toEqual([0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
    expect(split(undefined, [2])).toEqual(split(0, [2]));
  });
});

describe('combinatorialBlocks', () => {
  it('are of whole sessions where there are enough, else of equal rows; all rows are in one block', () => {
    expect(combinatorialBlocks(['a', 'a', 'a', 'b', 'c'], 3)).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 4 },
      { start: 4, end: 5 },
    ]);
    expect(combinatorialBlocks(['a', 'a', 'a', 'b'], 4).map(({ start }) => start)).toEqual([0, 1, 2, 3]);
  });
});

describe('backtestPaths', () => {
  it.each([
    [6, 2, 15, 5],
    [10, 8, 45, 36],
  ])(
    'of N %d, k %d use %d splits in %d paths, each part of a split once',
    (groups, judged, splits, paths) => {
      const found = backtestPaths(groups, judged);
      expect(found).toHaveLength(paths);
      const chosen = folds(groups * 3, groups, judged).map(({ judgedGroups }) => judgedGroups);
      for (const path of found) {
        expect(path).toHaveLength(groups);
        for (const [group, split] of path.entries()) expect(chosen[split]).toContain(group);
      }
      const used = found.flatMap((path) => path.map((split, group) => `${split}/${group}`));
      expect(new Set(used).size).toBe(splits * judged);
    },
  );
});
