import { describe, expect, it } from 'vitest';
import { onLadder, sessionOf, stored } from '../../../bench/parts/market.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { epochMs } from '../../../shared/domain/market/indian-time.ts';

const DATE = '2026-01-06';

describe('the market of the benchmarks', () => {
  const session = sessionOf('NSE', DATE, 7);

  it('is a session of 375 minutes, the same for the same seed', () => {
    expect(session).toHaveLength(375);
    expect(sessionOf('NSE', DATE, 7)).toEqual(session);
    expect(sessionOf('NSE', DATE, 8)).not.toEqual(session);
  });

  it('has 22 legs when only the ladder is kept', () => {
    const ladder = onLadder(session, DATE, exchangesRules().NSE);
    expect(new Set(ladder.map(({ legs }) => legs.length))).toEqual(new Set([22]));
    expect(session[0]!.legs.length).toBeGreaterThan(22);
  });

  it('is received a second after it was taken, each snapshot with an id of its own', () => {
    const rows = stored(session);
    expect(rows.every((row) => epochMs(row.received_at) === epochMs(row.timestamp) + 1000)).toBe(true);
    expect(new Set(rows.map(({ snapshot_id }) => snapshot_id)).size).toBe(375);
  });
});
