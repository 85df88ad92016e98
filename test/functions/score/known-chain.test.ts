import fc from 'fast-check';
import { expect, it } from 'vitest';
import { knownChain } from '../../../functions/score/known-chain.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

const AT = Date.UTC(2025, 11, 4, 7, 5);
const at = (seconds: number) => new Date(AT + 1000 * seconds).toISOString();
const seen = (seconds: number, recorded = seconds, received = recorded) =>
  aStoredSnapshot({
    ...{ timestamp: at(seconds), recorded_at: at(recorded), received_at: at(received) },
    snapshot_id: `at ${seconds}`,
  });
const chain = knownChain([seen(0), seen(30), seen(60), seen(65, 200), seen(90)]);
const last = (toS: number, byS: number, underway = 0, of = chain) =>
  of.last(AT + 1000 * toS, { byMs: AT + 1000 * byS, underway })?.snapshot_id;
const underway = (byS: number, of = chain) => of.states(AT + 1000 * byS).map((one) => one.underway);

it('ends with the newest snapshot by then', () => {
  expect(last(100, 100)).toBe('at 90');
  expect(last(100, 70)).toBe('at 60');
  expect(last(100, 20)).toBe('at 0');
  expect(last(100, -1)).toBeUndefined();
});

it('has no minute whose newest snapshot is later, as a table that keeps one a minute', () => {
  expect(last(70, 100)).toBe('at 30');
  expect(last(70, 60)).toBe('at 60');
  expect(last(20, 100)).toBeUndefined();
});

it('may have been without each snapshot of the minute and second before, the last first', () => {
  expect(underway(90)).toEqual([0, 1, 2, 3]);
  expect([0, 1, 2, 3].map((one) => last(100, 90, one))).toEqual(['at 90', 'at 60', 'at 30', 'at 0']);
  expect(underway(91)).toEqual([0, 1, 2]);
  expect(underway(261)).toEqual([0]);
  expect(chain.states(AT)).toEqual([
    { byMs: AT, underway: 0 },
    { byMs: AT, underway: 1 },
  ]);
});

it('comes by receipt and time where one request brought several', () => {
  const burst = knownChain([seen(0), seen(60, 300), seen(120, 300), seen(180, 300), seen(240, 300, 299)]);
  expect(underway(300, burst)).toEqual([0, 1, 2, 3, 4]);
  const found = [0, 1, 2, 3, 4].map((one) => last(400, 300, one, burst));
  expect(found).toEqual(['at 240', 'at 240', 'at 240', 'at 240', 'at 0']);
  expect(last(200, 300, 1, burst)).toBe('at 120');
});

it('knows what had arrived and nothing else, whatever the order of arrival', () => {
  const moments = fc.uniqueArray(fc.nat(400), { maxLength: 12 });
  const delays = fc.array(fc.nat(90), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(moments, delays, fc.nat(500), fc.nat(500), (seconds, late, toS, byS) => {
      const times = seconds.toSorted((a, b) => a - b);
      const recorded = new Map(times.map((second, nth) => [second, second + late[nth]!]));
      const of = knownChain(times.map((second) => seen(second, recorded.get(second))));
      const inOrder = times
        .filter((second) => recorded.get(second)! <= byS)
        .toSorted((a, b) => recorded.get(a)! - recorded.get(b)! || a - b);
      for (const { underway: missing } of of.states(AT + 1000 * byS)) {
        const there = inOrder.slice(0, inOrder.length - missing).toSorted((a, b) => a - b);
        const minutes = new Map(there.map((second) => [Math.floor(second / 60), second]));
        const newest = [...minutes.values()].filter((second) => second <= toS).at(-1);
        expect(last(toS, byS, missing, of)).toBe(newest === undefined ? undefined : `at ${newest}`);
      }
    }),
  );
});
