import { MINUTE_MS } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

/** The underlying moved further than an index moves in that time (the limit grows with the square root of it). */
export function spotJump({ now, history, policy }: QualityContext): QualityFinding | null {
  const before = history.at(-1);
  if (before === undefined) return null;
  const minutes = Math.max(1, (now.ms - before.ms) / MINUTE_MS);
  const limitPct = 100 * policy.spot_jump.share * Math.sqrt(minutes);
  const [from, to] = [before.snapshot.underlying_price, now.snapshot.underlying_price];
  const movePct = 100 * (to / from - 1);
  if (Math.abs(movePct) <= limitPct) return null;
  return {
    flag: 'spot_jump',
    field: 'underlying_price',
    why: `expected within ${shown(limitPct)} % in ${shown(minutes)} minutes, was ${shown(movePct)} % (${from} to ${to})`,
  };
}
