import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { KeptSessions } from './kept-sessions.ts';
import { type Known, type KnownChain, knownChain } from './known-chain.ts';

export type KnownChains = (exchange: Exchange, date: string) => Promise<KnownChain>;

/** Chains of kept sessions, each put in order once for as long as its session is kept. */
export function knownChains(sessions: KeptSessions): KnownChains {
  const kept = new WeakMap<readonly StoredSnapshot[], KnownChain>();
  return async (exchange, date) => {
    const snapshots = await sessions.snapshots(exchange, date);
    const found = kept.get(snapshots) ?? knownChain(snapshots);
    kept.set(snapshots, found);
    return found;
  };
}

/** What may have been known of the traded chain; one is enough for an answer that trades nothing. */
export async function triesOf(
  contracts: ContractPolicy,
  chains: KnownChains,
  { action, exchange, timestamp, recorded_at }: Recommendation,
): Promise<Known[]> {
  const byMs = epochMs(recorded_at);
  if (action === 'HOLD') return [{ byMs, underway: 0 }];
  return (await chains(contracts[exchange].chain, sessionDate(epochMs(timestamp)))).states(byMs);
}
