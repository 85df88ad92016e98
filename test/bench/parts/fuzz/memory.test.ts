import { describe, expect, it } from 'vitest';
import {
  cloudGrowth,
  type MemorySample,
  memoryNow,
  workerGrowth,
} from '../../../../bench/parts/fuzz/memory.ts';

const samples = (cloud: readonly number[], ...workers: (readonly (number | undefined)[])[]): MemorySample[] =>
  cloud.map((cloudMb, at) => ({
    requests: at * 100,
    cloudMb,
    workersMb: new Map(
      workers.flatMap((one, pid): [number, number][] => (one[at] === undefined ? [] : [[pid, one[at]]])),
    ),
  }));
const rising = (from: number, step: number, length: number) =>
  Array.from({ length }, (_, at) => from + at * step);

describe('growth of memory', () => {
  it('is what the line rises after the warm-up', () => {
    expect(cloudGrowth(samples(rising(100, 10, 9)))).toEqual({
      meanMb: 150,
      growthMb: expect.closeTo(60, 9),
    });
    expect(cloudGrowth(samples(rising(100, 0, 9)))?.growthMb).toBeCloseTo(0, 9);
  });

  it('does not count the warm-up', () => {
    expect(cloudGrowth(samples([10, 200, 300, 300, 300, 300, 300, 300]))?.growthMb).toBeCloseTo(0, 9);
  });

  it('is that of the worker that grew most, and lived long enough to tell', () => {
    const still = rising(80, 0, 8);
    const leaking = rising(80, 5, 8);
    const late = [...Array.from({ length: 6 }, () => undefined), 50, 150];
    expect(workerGrowth(samples(still, still, leaking, late))?.growthMb).toBeCloseTo(25, 9);
  });

  it('is unknown of too few samples', () => {
    expect(cloudGrowth(samples([1, 2]))).toBeUndefined();
    expect(workerGrowth(samples([1, 2]))).toBeUndefined();
  });

  it('is read from this very process', () => {
    const { cloudMb } = memoryNow(process.pid, 7);
    expect(cloudMb).toBeGreaterThan(20);
    expect(cloudMb).toBeCloseTo(process.memoryUsage.rss() / 2 ** 20, -2);
  });
});
