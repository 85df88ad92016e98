import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** India VIX is absent, or 0, which it never is. */
export function vixMissing({ now }: QualityContext): QualityFinding | null {
  const { vix } = now.snapshot;
  if (vix !== null && vix > 0) return null;
  return { flag: 'vix_missing', field: 'vix', why: `expected India VIX above 0, was ${vix}` };
}
