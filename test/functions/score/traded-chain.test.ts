import { describe, expect, it } from 'vitest';
import { CHAIN_KEPT_MS, lastOfChain } from '../../../functions/score/traded-chain.ts';
import type { Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

const AT = Date.UTC(2025, 11, 4, 7, 5);
const DAY_MS = 86_400_000;
const seen = (ms: number, exchange: Exchange = 'NSE') =>
  aStoredSnapshot({ exchange, timestamp: new Date(AT + ms).toISOString(), snapshot_id: `${exchange} ${ms}` });

/** A chain in a window that counts its reads, under a clock and a stopwatch that the test moves. */
function watched(...first: StoredSnapshot[]) {
  const held = [...first];
  const time = { nowMs: AT, stopwatchMs: 0, isBroken: false };
  const reads: string[] = [];
  const lastOf = lastOfChain({
    window: {
      async lastMinute(exchange, date, toMs) {
        reads.push(`${exchange} ${date}`);
        if (time.isBroken) throw new Error('no table');
        return held.findLast(
          (one) =>
            one.exchange === exchange && one.timestamp.startsWith(date) && Date.parse(one.timestamp) <= toMs,
        );
      },
    },
    stopwatchMs: () => time.stopwatchMs,
  });
  const ask = async (ms: number, chain: Exchange = 'NSE') =>
    (await lastOf({ chain, timestampMs: AT + ms, nowMs: time.nowMs }))?.snapshot_id;
  return { held, time, reads, ask };
}

describe('lastOfChain', () => {
  it('reads a chain once for all that is asked within a second', async () => {
    const { reads, ask, time } = watched(seen(0), seen(0, 'BSE'));
    expect(await ask(10)).toBe('NSE 0');
    time.nowMs += CHAIN_KEPT_MS - 1;
    time.stopwatchMs += CHAIN_KEPT_MS - 1;
    expect(await ask(5000)).toBe('NSE 0');
    expect(await ask(10, 'BSE')).toBe('BSE 0');
    expect(reads).toEqual(['NSE 2025-12-04', 'BSE 2025-12-04']);
  });

  it.each([
    ['by the clock', { nowMs: CHAIN_KEPT_MS, stopwatchMs: 0 }],
    ['by the stopwatch', { nowMs: 0, stopwatchMs: CHAIN_KEPT_MS }],
    ['and the clock was set back', { nowMs: -1, stopwatchMs: 0 }],
  ])('reads anew once a second has passed %s', async (_how, passed) => {
    const { held, ask, time } = watched(seen(0));
    expect(await ask(60_000)).toBe('NSE 0');
    held.push(seen(60_000));
    expect(await ask(60_000)).toBe('NSE 0');
    time.nowMs += passed.nowMs;
    time.stopwatchMs += passed.stopwatchMs;
    expect(await ask(60_000)).toBe('NSE 60000');
  });

  it('shows an earlier moment nothing of a later one, and a later one nothing of what an earlier was told', async () => {
    const { ask } = watched(seen(0), seen(60_000), seen(120_000));
    expect(await ask(130_000)).toBe('NSE 120000');
    expect(await ask(119_999)).toBe('NSE 60000');
    expect(await ask(10)).toBe('NSE 0');
    expect(await ask(-1)).toBeUndefined();
    expect(await ask(120_000)).toBe('NSE 120000');
  });

  it('takes a chain of another date for another one', async () => {
    const { held, ask } = watched(seen(0));
    expect(await ask(DAY_MS)).toBeUndefined();
    expect(await ask(0)).toBe('NSE 0');
    held.push(seen(DAY_MS));
    expect(await ask(DAY_MS)).toBe(`NSE ${DAY_MS}`);
  });

  it('remembers no failure', async () => {
    const { ask, time } = watched(seen(0));
    time.isBroken = true;
    await expect(ask(0)).rejects.toThrow('no table');
    time.isBroken = false;
    expect(await ask(0)).toBe('NSE 0');
  });
});
