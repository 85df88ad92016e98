import { expect, it } from 'vitest';
import { knownChain } from '../../../functions/score/known-chain.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

const AT = Date.UTC(2025, 11, 4, 7, 5);
const at = (seconds: number) => new Date(AT + 1000 * seconds).toISOString();
const seen = (seconds: number, recorded = seconds) =>
  aStoredSnapshot({ timestamp: at(seconds), recorded_at: at(recorded), snapshot_id: `at ${seconds}` });
const chain = knownChain([seen(0), seen(30), seen(60), seen(65, 200), seen(90)]);
const ids = (fromS: number, toS: number, byS: number) =>
  chain.minutes(AT + 1000 * fromS, AT + 1000 * toS, AT + 1000 * byS).map(({ snapshot_id }) => snapshot_id);

it('holds each minute as its newest snapshot by then', () => {
  expect(ids(0, 100, 100)).toEqual(['at 30', 'at 90']);
  expect(ids(0, 100, 70)).toEqual(['at 30', 'at 60']);
  expect(ids(0, 100, 20)).toEqual(['at 0']);
});

it('has no minute whose newest snapshot lies outside, as a table that keeps one a minute', () => {
  expect(ids(0, 70, 100)).toEqual(['at 30']);
  expect(ids(0, 70, 60)).toEqual(['at 30', 'at 60']);
  expect(ids(31, 100, 100)).toEqual(['at 90']);
});

it('gives the moments before each snapshot of the last minute, the newest first', () => {
  const ms = chain.moments(AT + 90_000).map((one) => one - AT);
  expect(ms).toEqual([90_000, 89_999, 59_999]);
  expect(chain.moments(AT + 190_000)).toEqual([AT + 190_000]);
});
