import { describe, expect, it } from 'vitest';
import { ROWS_KEPT_MS, recentRows } from '../../../functions/score/recent-rows.ts';
import { regimeTracker } from '../../../functions/score/regime-tracker.ts';
import type { FeatureRow } from '../../../shared/domain/features/feature-row.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import type { Scorer } from '../../../shared/ports/model-scorer.ts';

const AT = Date.UTC(2025, 11, 4, 7, 5);
const DATE = '2025-12-04';

/** Recent rows of a window that names each read, under a clock and a stopwatch that the test moves. */
function watched() {
  const time = { nowMs: AT, stopwatchMs: 0, isBroken: false };
  const reads: string[] = [];
  const rows = recentRows({
    window: {
      async featureRows(exchange, date, set, fromMs, toMs) {
        const read = [exchange, date, set, (fromMs - AT) / MINUTE_MS, (toMs - AT) / MINUTE_MS].join(' ');
        reads.push(read);
        if (time.isBroken) throw new Error('no table');
        return [{ uid: `${read}, ${reads.length}` } as FeatureRow];
      },
    },
    clock: () => time.nowMs,
    stopwatchMs: () => time.stopwatchMs,
  });
  const ask = async (minutes = 5, exchange: Exchange = 'NSE', set = 'a', date = DATE) =>
    (await rows(exchange, date, set, AT, AT + minutes * MINUTE_MS))[0]?.uid;
  return { time, reads, ask };
}

describe('recentRows', () => {
  it('reads a range once for all that is asked within a second', async () => {
    const { time, reads, ask } = watched();
    const first = await ask();
    time.nowMs += ROWS_KEPT_MS - 1;
    time.stopwatchMs += ROWS_KEPT_MS - 1;
    expect(await ask()).toBe(first);
    expect(reads).toEqual([`NSE ${DATE} a 0 5`]);
  });

  it('shares a read that is still under way', async () => {
    const { reads, ask } = watched();
    await Promise.all([ask(), ask(), ask()]);
    expect(reads).toHaveLength(1);
  });

  it.each([
    ['by the clock', { nowMs: ROWS_KEPT_MS, stopwatchMs: 0 }],
    ['by the stopwatch', { nowMs: 0, stopwatchMs: ROWS_KEPT_MS }],
    ['and the clock was set back', { nowMs: -1, stopwatchMs: 0 }],
  ])('reads anew once a second has passed %s', async (_how, passed) => {
    const { time, ask } = watched();
    const first = await ask();
    time.nowMs += passed.nowMs;
    time.stopwatchMs += passed.stopwatchMs;
    expect(await ask()).not.toBe(first);
  });

  it('answers nobody with the rows of another range, day, set or exchange', async () => {
    const { reads, ask } = watched();
    const asked = [
      await ask(),
      await ask(6),
      await ask(6, 'BSE'),
      await ask(6, 'NSE', 'b'),
      await ask(6, 'NSE', 'a', '2025-12-05'),
      await ask(6),
    ];
    expect(new Set(asked).size).toBe(asked.length);
    expect(reads).toHaveLength(asked.length);
  });

  it('keeps no read that failed', async () => {
    const { time, ask } = watched();
    time.isBroken = true;
    await expect(ask()).rejects.toThrow('no table');
    time.isBroken = false;
    expect(await ask()).toBe(`NSE ${DATE} a 0 5, 2`);
  });
});

describe('the regime of a posted vector', () => {
  const rowAt = (minute: number) =>
    ({
      ...{ exchange: 'NSE', feature_set: 'a', timestamp: utcIso(AT + minute * MINUTE_MS) },
      ...{ values: Float64Array.of(minute), quality_flags: [] as readonly string[] },
    }) as unknown as FeatureRow;
  /** Its state is the list of minutes that it stepped over. */
  const scorer = {
    bundle: { bundle_hash: 'b' },
    advanceRegime: (state: Float64Array | null, values: Float64Array) =>
      Float64Array.of(...(state ?? []), ...values),
  } as unknown as Scorer;

  it('is content with rows of a moment ago; that of a row of the window is not', async () => {
    const held = [rowAt(0), rowAt(1)];
    const time = { nowMs: AT, stopwatchMs: 0 };
    const window = { featureRows: async () => [...held] };
    const recent = recentRows({ window, clock: () => time.nowMs, stopwatchMs: () => time.stopwatchMs });
    const regime = regimeTracker(window, [], recent);
    const stateOf = async (given?: 'features') =>
      [...((await regime(scorer, rowAt(3), undefined, given)).state ?? [])] as number[];
    // The first look is at the whole session, the second at what is not settled: nothing is, of these.
    expect(await stateOf('features')).toEqual([0, 1, 3]);
    expect(await stateOf('features')).toEqual([0, 1, 3]);
    held.push(rowAt(2));
    expect(await stateOf('features')).toEqual([0, 1, 3]);
    expect(await stateOf()).toEqual([0, 1, 2, 3]);
    time.stopwatchMs += ROWS_KEPT_MS;
    expect(await stateOf('features')).toEqual([0, 1, 2, 3]);
  });
});
