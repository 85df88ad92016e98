import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { shown } from '../wording.ts';

/** India VIX has stood still. A missing one is another rule's. */
export function vixFrozen(context: QualityContext): QualityFinding | null {
  const { vix } = context.now.snapshot;
  if (vix === null) return null;
  const stretch = unchanged(context, ({ snapshot }) => snapshot.vix === vix);
  if (!reaches(stretch, context.policy.vix_frozen)) return null;
  return {
    flag: 'vix_frozen',
    field: 'vix',
    why: `expected an India VIX that moves, was ${vix} for ${shown(stretch.minutes)} minutes`,
  };
}
