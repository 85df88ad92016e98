import { expect, it } from 'vitest';
import { Throttle } from '../../../local/http/throttle.ts';

it('lets a burst through at once and no more after any pause, then what the rate says', () => {
  const throttle = new Throttle({ rateLimit: 10, burstLimit: 3 }, 0);
  const taken = (nowMs: number, asked: number) =>
    Array.from({ length: asked }, () => throttle.take(nowMs)).filter(Boolean).length;
  expect(taken(0, 5)).toBe(3);
  expect(taken(99, 5)).toBe(0);
  expect(taken(200, 5)).toBe(2);
  expect(taken(3_600_000, 5)).toBe(3);
});
