import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf } from '../observed.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { shown } from '../wording.ts';

/** No open interest of the ladder has changed for longer than its publication takes; a strike new to the chain says nothing. */
export function frozenOi(context: QualityContext): QualityFinding | null {
  const held = context.legs.filter(({ oi }) => oi !== null && oi > 0);
  const stretch = unchanged(context, (earlier) => {
    const shared = held.filter((leg) => legOf(earlier, leg.strike, leg.option_type) !== undefined);
    return (
      shared.length > 0 && shared.every((leg) => legOf(earlier, leg.strike, leg.option_type)!.oi === leg.oi)
    );
  });
  if (!reaches(stretch, context.policy.frozen_oi)) return null;
  return {
    flag: 'frozen_oi',
    field: 'oi',
    why: `expected open interest that moves, was the same in each of ${held.length} legs for ${shown(stretch.minutes)} minutes`,
  };
}
