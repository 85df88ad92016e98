import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAhead } from '../../../../shared/domain/datasets/read-ahead.ts';

const all = async <T>(answers: AsyncGenerator<T>) => {
  const list: T[] = [];
  for await (const answer of answers) list.push(answer);
  return list;
};

describe('readAhead', () => {
  it('answers in order, however long each read takes, never more than the limit under way', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 0, max: 4 }), async (waits, ahead) => {
        let underWay = 0;
        let most = 0;
        const read = async (at: number) => {
          most = Math.max(most, ++underWay);
          await pause(waits[at]);
          underWay--;
          return at * 10;
        };
        const items = waits.map((_, at) => at);
        expect(await all(readAhead(items, ahead, read))).toEqual(items.map((at) => at * 10));
        expect(most).toBeLessThanOrEqual(ahead + 1);
      }),
      { numRuns: 30 },
    );
  });

  it('throws a failed read in its turn, after the answers before it', async () => {
    const seen: number[] = [];
    const read = async (at: number) => {
      if (at === 2) throw new Error('gone');
      return at;
    };
    await expect(async () => {
      for await (const at of readAhead([0, 1, 2, 3], 3, read)) seen.push(at);
    }).rejects.toThrow('gone');
    expect(seen).toEqual([0, 1]);
  });
});
