import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** Calls or puts of the ladder are gone, or carry neither price nor open interest, while the other side is there. */
export function droppedSide({ ladder, policy }: QualityContext): QualityFinding | null {
  const calls = ladder.filter(({ call }) => isLive(call)).length;
  const puts = ladder.filter(({ put }) => isLive(put)).length;
  const most = Math.max(calls, puts);
  if (most === 0 || Math.min(calls, puts) > policy.dropped_side.share * most) return null;
  return {
    flag: 'dropped_side',
    field: 'legs',
    why: `expected calls and puts of ${ladder.length} strikes, was ${calls} calls and ${puts} puts`,
  };
}

function isLive(leg: Leg | undefined): boolean {
  return leg !== undefined && (leg.ltp !== null || leg.oi !== null || leg.best_bid !== null);
}
