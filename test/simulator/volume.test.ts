import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../simulator/random.ts';
import { minuteLots, sessionActivity } from '../../simulator/volume.ts';

describe('volume', () => {
  test('is busy at the open and before the close, busier in volatile markets and on the day of expiry', () => {
    expect(sessionActivity(0, false, 1)).toBeGreaterThan(sessionActivity(0.5, false, 1));
    expect(sessionActivity(0.99, false, 1)).toBeGreaterThan(sessionActivity(0.5, false, 1));
    expect(sessionActivity(0.5, false, 2)).toBe(2 * sessionActivity(0.5, false, 1));
    expect(sessionActivity(0.5, true, 1)).toBe(4 * sessionActivity(0.5, false, 1));
  });

  test('is whole lots, never negative, and thins out away from the money', () => {
    const random = new RandomStream(6, 'volume');
    const mean = (distance: number) => {
      let sum = 0;
      for (let i = 0; i < 2000; i++) {
        const lots = minuteLots(100, distance, random);
        expect(Number.isInteger(lots) && lots >= 0).toBe(true);
        sum += lots;
      }
      return sum / 2000;
    };
    const [money, near, far] = [mean(0), mean(5), mean(20)];
    expect(money).toBeGreaterThan(near);
    expect(near).toBeGreaterThan(far);
    expect(far).toBeLessThan(1);
  });
});
