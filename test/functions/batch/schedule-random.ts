import { addDays, istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { aLeg, aSnapshot } from '../../factories/snapshot.ts';

export type Random = () => number;

/** True with the given probability. */
export const chance = (random: Random, probability: number) => random() < probability;

export const whole = (random: Random, below: number) => Math.floor(random() * below);

/** A snapshot as a backfill posts it. */
export type Posted = ReturnType<typeof postedSnapshots>[number];

/** The day that a schedule plays on: one of its own for each seed, so that schedules may share a lake. */
export const dateOf = (seed: number) => addDays('2023-01-02', seed);

/** A few minutes of one or two exchanges, some of them revised later, in the order in which they were taken. */
export function postedSnapshots(seed: number, random: Random) {
  const openMs = istMs(dateOf(seed), 555);
  const exchanges: Exchange[] = chance(random, 0.3) ? ['NSE', 'BSE'] : ['NSE'];
  const minutes = 2 + whole(random, 5);
  return Array.from({ length: minutes }, (_, minute) => minute).flatMap((minute) =>
    exchanges.flatMap((exchange) => {
      const timestamp = utcIso(openMs + minute * MINUTE_MS);
      const snapshot = (lateMs: number, vix: number | null) => ({
        ...aSnapshot({
          exchange,
          timestamp,
          expiry: addDays(dateOf(seed), 6),
          vix,
          legs: [aLeg({ oi: minute }), aLeg({ option_type: 'PE', ltp: chance(random, 0.3) ? null : minute })],
        }),
        received_at: utcIso(openMs + minute * MINUTE_MS + lateMs),
      });
      return chance(random, 0.7) ? [snapshot(0, null)] : [snapshot(0, null), snapshot(20_000, 10 + random())];
    }),
  );
}
