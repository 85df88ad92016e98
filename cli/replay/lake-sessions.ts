import {
  type ChainDaySources,
  type DayContext,
  dayContext,
  registeredDay,
} from '../../functions/feature/chain-day.ts';
import type { KeptSessions } from '../../functions/score/kept-sessions.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureRowsOf } from '../../shared/domain/features/feature-table.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';

/**
 * Sessions out of the lake: the chain file and the micro-batches that it has not taken in, the features file where the
 * night has made one. Each is read once. Every file is proven by its hash.
 */
export function lakeSessions(ports: ChainDaySources): KeptSessions {
  const contextFor = once((exchange: Exchange, date: string) =>
    Promise.resolve(dayContext(ports, exchange, date)),
  );
  const contexts = once(
    async (exchange: Exchange, date: string, set: FeatureSet): Promise<DayContext> =>
      (await contextFor(exchange, date))(set),
  );
  return {
    snapshots: once((exchange, date) => registeredDay(ports, exchange, date)),
    context: async (exchange, date, set) => (await contexts(exchange, date, set)).context,
    featureRows: once((exchange, date, set) => rowsOfFile(ports, exchange, date, set)),
  };
}

async function rowsOfFile(
  { registry, lake }: ChainDaySources,
  exchange: Exchange,
  date: string,
  set: FeatureSet,
): Promise<ReadonlyMap<string, FeatureRow>> {
  const file = await registry.dayFile('features', set.id, exchange, date);
  if (file === undefined) return new Map();
  const rows = featureRowsOf(await lake.read(file), featureNames(set));
  return new Map(rows.map((row) => [row.snapshot_id, row]));
}

type Asked = [exchange: Exchange, date: string, ...set: FeatureSet[]];

/** Reads what is asked for once, and again after a failure. */
function once<Args extends Asked, Read>(read: (...args: Args) => Promise<Read>) {
  const kept = new Map<string, Promise<Read>>();
  return (...args: Args): Promise<Read> => {
    const [exchange, date, set] = args as Asked;
    const key = `${exchange}#${date}#${set?.id ?? ''}`;
    const found = kept.get(key) ?? read(...args);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    return found;
  };
}
