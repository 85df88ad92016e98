import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf } from '../observed.ts';
import { type BrokenLeg, legsFinding } from '../wording.ts';

/** The day's volume of a leg is smaller than it was. */
export function volumeFalling(context: QualityContext): QualityFinding | null {
  const broken = context.legs.flatMap((leg): BrokenLeg[] => {
    const before = lastVolume(leg, context);
    if (leg.volume === null || before === null || leg.volume >= before) return [];
    return [{ leg, why: `expected at least the ${before} units of before, was ${leg.volume}` }];
  });
  const { legs, policy } = context;
  return legsFinding('volume_falling', 'volume', broken, legs.length, policy.volume_falling.legs);
}

function lastVolume({ strike, option_type }: Leg, { history }: QualityContext): number | null {
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const volume = legOf(history[index]!, strike, option_type)?.volume;
    if (volume !== null && volume !== undefined) return volume;
  }
  return null;
}
