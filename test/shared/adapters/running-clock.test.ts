import { afterEach, describe, expect, it } from 'vitest';
import { installDate, setTime } from '../../../local/lambda/runtime/date.ts';
import { runningClock } from '../../../shared/adapters/running-clock.ts';
import { systemClock } from '../../../shared/adapters/system-clock.ts';

const REAL_DATE = Date;

describe('the running clock', () => {
  afterEach(() => {
    setTime(null);
    globalThis.Date = REAL_DATE;
  });

  it('goes on where the local cloud lets the time of day stand', async () => {
    installDate();
    setTime(Date.UTC(2026, 1, 2, 10));
    const [runningMs, dayMs] = [runningClock(), systemClock()];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(systemClock()).toBe(dayMs);
    expect(runningClock() - runningMs).toBeGreaterThan(10);
  });
});
