import type { Leg } from '../../snapshot.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { legOf, type Observed } from '../observed.ts';
import { reaches, unchanged } from '../unchanged.ts';
import { shown } from '../wording.ts';

/** Nearly all bids and asks of the ladder have stood still. */
export function staleQuotes(context: QualityContext): QualityFinding | null {
  const limit = context.policy.stale_quotes;
  const quoted = context.legs.filter(({ best_bid, best_ask }) => Boolean(best_bid) || Boolean(best_ask));
  const stretch = unchanged(context, (earlier) => mostlyTheSame(quoted, earlier, limit.share));
  if (!reaches(stretch, limit)) return null;
  return {
    flag: 'stale_quotes',
    field: 'best_bid',
    why: `expected quotes that move, was ${shown(100 * limit.share)} % or more of ${quoted.length} legs unchanged for ${shown(stretch.minutes)} minutes`,
  };
}

/** Judged by the legs that both snapshots have; without any they are not the same. */
function mostlyTheSame(quoted: readonly Leg[], earlier: Observed, share: number): boolean {
  const pairs = quoted
    .map((leg) => ({ leg, before: legOf(earlier, leg.strike, leg.option_type) }))
    .filter(({ before }) => before !== undefined);
  const same = pairs.filter(
    ({ leg, before }) => before!.best_bid === leg.best_bid && before!.best_ask === leg.best_ask,
  );
  return pairs.length > 0 && same.length >= share * pairs.length;
}
