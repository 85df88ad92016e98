import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { ClockStatus, SwitchableClock } from './switchable.ts';

/** Longer than any content: each writing covers the one before. */
const LENGTH = 80;

/**
 * Writes where the clock stands to `file`, as `{"mode", "now"}` (ISO): now, and at each move before anything runs at the
 * new time, so that whoever starts after a kill goes on there. One small write in place. @returns how to end it
 */
export function keepClock(clock: SwitchableClock, file: string): () => void {
  const handle = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  const write = ({ mode, nowMs }: Pick<ClockStatus, 'mode' | 'nowMs'>) => {
    const content = JSON.stringify({ mode, now: new Date(nowMs).toISOString() });
    writeSync(handle, content.padEnd(LENGTH), 0);
  };
  write(clock.status());
  const end = clock.onChange(write);
  return () => {
    end();
    closeSync(handle);
  };
}
