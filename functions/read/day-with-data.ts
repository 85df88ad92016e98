import { addDays, sessionDate } from '../../shared/domain/market/indian-time.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';

/** Days before today that are looked at one by one; older ones are found by their compacted chain. */
const LOOK_BACK_DAYS = 7;
const LONG_AGO = '0000-01-01';
const ALWAYS = '9999-12-31';

interface Ports {
  readonly registry: BatchRegistry;
  readonly recommendations: RecommendationStore;
  readonly clock: Clock;
}

/** Today's Indian date when there are snapshots or recommendations of it, else the newest date with any, else today. */
export function dayWithData(ports: Ports) {
  return async (): Promise<string> => {
    const today = sessionDate(ports.clock());
    for (let back = 0; back < LOOK_BACK_DAYS; back++) {
      const date = addDays(today, -back);
      if (await hasData(ports, date)) return date;
    }
    const chains = await Promise.all(
      EXCHANGES.map((exchange) => ports.registry.dayFiles('chain', 'chain', exchange, LONG_AGO, ALWAYS)),
    );
    return (
      chains
        .flatMap((days) => days.at(-1)?.date ?? [])
        .sort()
        .at(-1) ?? today
    );
  };
}

async function hasData({ registry, recommendations }: Ports, date: string): Promise<boolean> {
  for (const exchange of EXCHANGES) {
    if ((await registry.snapshotCount(exchange, date)) > 0) return true;
    if ((await recommendations.ofDay(exchange, date)).length > 0) return true;
  }
  return false;
}
