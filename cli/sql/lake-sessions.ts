import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** Sessions a query looks at when it does not say. */
export const NEWEST_SESSIONS = 30;

/** The days of a scope whose first or last day was left open. */
export const ANY_DAY = { from: '0001-01-01', to: '9999-12-31' } as const;

export interface Lake {
  readonly registry: BatchRegistry;
  readonly bucket: ObjectStore;
}

/** What a query looks at: exchanges and sessions, and the calendar days (both included) that these lie in. */
export interface LakeScope {
  readonly exchanges: readonly Exchange[];
  readonly from: string;
  readonly to: string;
  /** Dates with snapshots of one of the exchanges, oldest first. */
  readonly sessions: readonly string[];
}

export interface ScopeOptions {
  readonly exchanges: readonly Exchange[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The sessions within the days asked for; the newest 30 when none were.
 * @throws RejectedInput when the first day is after the last.
 */
export async function lakeScope({ registry, bucket }: Lake, options: ScopeOptions): Promise<LakeScope> {
  const { exchanges, from = ANY_DAY.from, to = ANY_DAY.to } = options;
  if (from > to) {
    throw new RejectedInput(`--from: expected a day up to --to ${to}, was ${from}; swap them`, {
      field: 'from',
    });
  }
  const days = await Promise.all(
    exchanges.map((exchange) => registry.dayFiles('chain', 'chain', exchange, from, to)),
  );
  const waiting = partitionsOf(await bucket.list('raw/')).filter(({ exchange }) =>
    (exchanges as readonly string[]).includes(exchange),
  );
  const dates = [...days.flat(), ...waiting].map(({ date }) => date);
  const known = [...new Set(dates)].filter((date) => from <= date && date <= to).sort();
  const isChosen = options.from !== undefined || options.to !== undefined;
  const sessions = isChosen ? known : known.slice(-NEWEST_SESSIONS);
  return {
    exchanges,
    from: isChosen ? from : (sessions[0] ?? from),
    to,
    sessions,
  };
}

/** The exchanges and dates that keys of the lake name. Other keys are left out. */
export function partitionsOf(keys: readonly string[]): { exchange: string; date: string }[] {
  return keys.flatMap((key) => {
    const match = /\/exchange=([^/]+)\/date=([^/]+)\//.exec(key);
    return match === null ? [] : [{ exchange: match[1] as string, date: match[2] as string }];
  });
}

/** The sets that keys of the lake name, in order. Example: `features/set=tracker-v2/...` -> `tracker-v2`. */
export function setsOf(keys: readonly string[]): string[] {
  const sets = keys.flatMap((key) => /^[a-z]+\/set=([^/]+)\//.exec(key)?.[1] ?? []);
  return [...new Set(sets)].sort();
}
