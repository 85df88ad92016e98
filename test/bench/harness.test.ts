import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BenchResult,
  median,
  percentile,
  resultLine,
  speedRatio,
  timed,
} from '../../bench/parts/harness.ts';

const result: BenchResult = {
  bench: 'features',
  ours: 40,
  peer: 3900,
  peer_source: 'recorded',
  unit: 'us',
  target: 40,
  better: 'lower',
};

describe('percentile', () => {
  it('is one of the values, with at least its share of them at or below it, and leaves them in place', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 1, noNaN: true }), (list, share) => {
        const before = [...list];
        const value = percentile(list, share);
        expect(list).toEqual(before);
        expect(list).toContain(value);
        expect(list.filter((other) => other <= value).length).toBeGreaterThanOrEqual(share * list.length);
      }),
    );
  });

  it('takes the lower of two middles, and the largest for 1', () => {
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(median([10, 9, 2])).toBe(9);
    expect(percentile([4, 1, 3, 2], 1)).toBe(4);
  });

  it('refuses an empty list and a share outside 0 to 1', () => {
    expect(() => median([])).toThrow('values: expected at least one, was none');
    expect(() => percentile([1], 0)).toThrow('share: expected 0 < share <= 1, was 0');
    expect(() => percentile([1], 1.5)).toThrow(RangeError);
  });
});

describe('timed', () => {
  /** A clock that each round moves by its own number of milliseconds. */
  function roundsOf(minutes: readonly number[], isAsync: boolean) {
    let now = 0;
    const rounds: number[] = [];
    const move = (round: number) => {
      rounds.push(round);
      now += minutes[round]!;
    };
    const run = isAsync ? async (round: number) => move(await Promise.resolve(round)) : move;
    return { rounds, run, nowMs: () => now };
  }

  it.each([false, true])(
    'gives the counted rounds, the warm-up left out (asynchronous: %s)',
    async (isAsync) => {
      const { rounds, run, nowMs } = roundsOf([50, 40, 3, 1, 2], isAsync);
      expect(await timed({ warmUp: 2, runs: 3 }, run, nowMs)).toEqual([3, 1, 2]);
      expect(rounds).toEqual([0, 1, 2, 3, 4]);
    },
  );

  it('ends with the error of the round that fails', async () => {
    const fails = async (round: number) => {
      if (round === 1) throw new Error('second round');
    };
    await expect(timed({ warmUp: 0, runs: 3 }, fails)).rejects.toThrow('second round');
  });

  it('takes the time of the machine unless told otherwise', async () => {
    const [ms] = await timed({ warmUp: 0, runs: 1 }, () => new Promise((done) => setTimeout(done, 20)));
    expect(ms).toBeGreaterThanOrEqual(15);
  });
});

describe('the last line', () => {
  it('holds name, figures, ratio, unit and target, and says whether the target is met', () => {
    expect(JSON.parse(resultLine(result))).toEqual({ ...result, ratio: 97.5, met: true });
  });

  it('misses a target on the side that counts', () => {
    const met = (changes: Partial<BenchResult>) => JSON.parse(resultLine({ ...result, ...changes })).met;
    expect(met({ ours: 40.1 })).toBe(false);
    expect(met({ ours: 39, better: 'higher' })).toBe(false);
    expect(met({ ours: 41, better: 'higher' })).toBe(true);
    expect(met({ ours: 1e9, target: null })).toBe(true);
    expect(met({ year_met: true })).toBe(true);
    expect(met({ year_met: false })).toBe(false);
  });

  it('counts a ratio above 1 as faster, for times and for rates', () => {
    expect(speedRatio({ ours: 2, peer: 10, better: 'lower' })).toBe(5);
    expect(speedRatio({ ours: 2, peer: 10, better: 'higher' })).toBe(0.2);
  });

  it('is one line, with four digits and details of its own', () => {
    const line = resultLine({ ...result, ours: 31.23456, sessions: 24 });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ ours: 31.23, sessions: 24 });
  });
});
