import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickRows, sessionBlocks } from '../../../models/stacked/session-blocks.ts';
import { toyClasses } from '../../factories/toy-classes.ts';

const lists = (blocks: ReturnType<typeof sessionBlocks>) =>
  blocks.map(({ fitted, scored }) => [[...fitted], [...scored]]);

describe('the blocks of a stack', () => {
  it('are sessions in a row, each scored by the others', () => {
    expect(lists(sessionBlocks(Int32Array.of(0, 0, 1, 2), 3))).toEqual([
      [
        [2, 3],
        [0, 1],
      ],
      [[0, 1, 3], [2]],
      [[0, 1, 2], [3]],
    ]);
  });

  it('leave a session on either side out of the fit from ten sessions on', () => {
    const [first, second] = sessionBlocks(
      Int32Array.from({ length: 10 }, (_, at) => at),
      5,
    );
    expect([...first!.scored]).toEqual([0, 1]);
    expect([...first!.fitted]).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect([...second!.scored]).toEqual([2, 3]);
    expect([...second!.fitted]).toEqual([0, 5, 6, 7, 8, 9]);
  });

  it('are none for one session: within it labels would reach across', () => {
    expect(sessionBlocks(new Int32Array(50), 5)).toEqual([]);
  });

  it('score every row once, and never by a fit that saw its session', () => {
    const lengthsOf = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(lengthsOf, (lengths) => {
        const sessions = Int32Array.from(lengths.flatMap((length, at) => Array<number>(length).fill(2 * at)));
        const blocks = sessionBlocks(sessions, 5);
        expect(blocks.flatMap(({ scored }) => [...scored])).toEqual([...sessions.keys()]);
        for (const { fitted, scored } of blocks) {
          const seen = new Set(fitted.map((row) => sessions[row]!));
          expect(scored.some((row) => seen.has(sessions[row]!))).toBe(false);
        }
      }),
    );
  });

  it('pick rows with all that belongs to them', () => {
    const toy = toyClasses(300, 1);
    const picked = pickRows(toy, Int32Array.of(5, 299));
    expect(picked.rows).toBe(2);
    expect(picked.values).toEqual(
      Float32Array.of(...toy.values.subarray(35, 42), ...toy.values.subarray(299 * 7)),
    );
    expect([...picked.sessions]).toEqual([0, 2]);
    expect(picked.weights[1]).toBe(toy.weights[299]);
    expect(picked.labels[0]).toBe(toy.labels[5]);
  });
});
