import { describe, expect, it } from 'vitest';
import { type Exits, exitReason } from '../../../cli/demo/exit-reason.ts';

const exits: Exits = { target_rupees: 25, stop_rupees: 20, flat_from: '15:20' };
const NOON = '2026-02-23T12:00:00+05:30';

describe('when the paper trader sells', () => {
  it.each([
    [324.95, NOON, null],
    [325, NOON, 'target'],
    [280.05, NOON, null],
    [280, NOON, 'stop'],
    [300, '2026-02-23T15:19:59+05:30', null],
    [300, '2026-02-23T15:20:00+05:30', 'session_close'],
    [330, '2026-02-23T15:25:00+05:30', 'target'],
  ] as const)('bought at 300, at %d on %s: %s', (price, timestamp, reason) =>
    expect(exitReason(exits, 300, price, timestamp)).toBe(reason),
  );

  it('holds to the end of the day without target and stop', () => {
    const none = { ...exits, target_rupees: null, stop_rupees: null };
    for (const price of [0.05, 900]) expect(exitReason(none, 300, price, NOON)).toBeNull();
  });
});
