import { EXCHANGES, type Exchange } from '../market/snapshot.ts';
import type { FeatureSet } from './feature-set.ts';

/**
 * The chains whose rows look at one another in any of the sets, directly or over others: each chain with the name of its
 * group, which is that of its first chain. What is served of a group's chains is the same as what the lake gives only
 * when its snapshots are worked on in one order.
 *
 * @example chainGroups([TRACKER_V2]).BSE // 'BSE': no row looks at another chain
 */
export function chainGroups(
  sets: readonly Pick<FeatureSet, 'needs'>[],
): Readonly<Record<Exchange, Exchange>> {
  const groupOf = new Map(EXCHANGES.map((exchange) => [exchange, exchange]));
  for (const { needs } of sets) {
    for (const exchange of EXCHANGES) {
      for (const other of needs.siblings[exchange]) join(groupOf, exchange, other);
    }
  }
  return Object.fromEntries(groupOf) as Record<Exchange, Exchange>;
}

function join(groupOf: Map<Exchange, Exchange>, one: Exchange, other: Exchange): void {
  const [first, second] = [groupOf.get(one), groupOf.get(other)].sort(byPlace) as [Exchange, Exchange];
  for (const [exchange, group] of groupOf) if (group === second) groupOf.set(exchange, first);
}

function byPlace(a: Exchange | undefined, b: Exchange | undefined): number {
  return EXCHANGES.indexOf(a as Exchange) - EXCHANGES.indexOf(b as Exchange);
}
