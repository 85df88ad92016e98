import { expect, it } from 'vitest';
import { knownChain } from '../../../functions/score/known-chain.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

const AT = Date.UTC(2025, 11, 4, 7, 5);
const at = (seconds: number) => new Date(AT + 1000 * seconds).toISOString();
const seen = (seconds: number, recorded = seconds) =>
  aStoredSnapshot({ timestamp: at(seconds), recorded_at: at(recorded), snapshot_id: `at ${seconds}` });
const chain = knownChain([seen(0), seen(30), seen(60), seen(65, 200), seen(90)]);
const last = (toS: number, byS: number) => chain.last(AT + 1000 * toS, AT + 1000 * byS)?.snapshot_id;

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

it('gives the moments before each snapshot of the minute and second before, the newest first', () => {
  const ms = chain.moments(AT + 90_000).map((one) => one - AT);
  expect(ms).toEqual([90_000, 89_999, 59_999, 29_999]);
  expect(chain.moments(AT + 91_000).map((one) => one - AT)).toEqual([91_000, 89_999, 59_999]);
  expect(chain.moments(AT + 261_000)).toEqual([AT + 261_000]);
});
