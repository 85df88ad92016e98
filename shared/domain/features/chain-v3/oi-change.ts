import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import type { LadderLeg } from './ladder.ts';
import { type OiMove, oiMove, SLACK_MINUTES, type Span, STALE_MINUTES, spanOver } from './publications.ts';
import { robustScore } from './robust.ts';

const HORIZONS = [3, 5, 15, 30] as const;
const BREADTH_MINUTES = 15;
const LEAST_EARLIER_CHANGES = 5;
/** The span, the age of its end, and the snapshot before its start that shows it to be a publication. */
const reach = (minutes: number) => minutes + STALE_MINUTES + SLACK_MINUTES + 3;

const MISSING =
  'legs not known at both ends are left out; NaN when none is, or the last publication is stale';

/** Changes of open interest from publication to publication, scaled to the clock. */
export const OI_CHANGE = featureGroup(
  {
    minutes_since_oi_publication: of(
      'minutes',
      'now - first snapshot that shows the newest open interest of any leg',
      60,
      'NaN when none changed in the window',
    ),
    ...changes('call'),
    ...changes('put'),
    oi_pressure_15m: of(
      '-1..1',
      '(put OI change - call OI change) / (sum of their sizes by leg), over 15 minutes',
      reach(15),
    ),
    call_oi_breadth_15m: of(
      '-1..1',
      '(calls with rising OI - calls with falling OI) / calls, 15 minutes',
      reach(15),
    ),
    put_oi_breadth_15m: of(
      '-1..1',
      '(puts with rising OI - puts with falling OI) / puts, 15 minutes',
      reach(15),
    ),
    call_oi_surge: of(
      'sigma',
      'newest publication change of call OI a minute against the earlier ones: (x - median) / (1.4826 x median distance)',
      60,
      'NaN with fewer than 5 earlier changes',
    ),
    put_oi_surge: of(
      'sigma',
      'newest publication change of put OI a minute against the earlier ones: (x - median) / (1.4826 x median distance)',
      60,
      'NaN with fewer than 5 earlier changes',
    ),
  },
  oiChangeFeatures,
);

function of(unit: string, formula: string, lookBackMinutes: number, missing = MISSING): Described {
  return { unit, formula, source: 'oi', lookBackMinutes, missing };
}

type Side = 'call' | 'put';
type ChangeName<S extends Side> = `${S}_oi_change_${(typeof HORIZONS)[number]}m_pct`;

function changes<S extends Side>(side: S): Record<ChangeName<S>, Described> {
  const rows = HORIZONS.map((minutes) => [
    `${side}_oi_change_${minutes}m_pct`,
    of(
      'pct',
      `change of summed ${side} OI between publications ${minutes} minutes or more apart, scaled to ${minutes} minutes`,
      reach(minutes),
    ),
  ]);
  return Object.fromEntries(rows) as Record<ChangeName<S>, Described>;
}

function oiChangeFeatures({ ladder: { calls, puts }, ago, publications }: ChainContext) {
  const spans = HORIZONS.map((minutes) => spanOver(publications, ago, minutes));
  const breadthSpan = spanOver(publications, ago, BREADTH_MINUTES);
  const newest = publications.at(-1);
  const change = (side: readonly LadderLeg[], horizon: number) => {
    const span = spans[horizon]!;
    return span === null ? Number.NaN : pctOf(oiMove(side, span)) * (HORIZONS[horizon]! / span.minutes);
  };
  return {
    minutes_since_oi_publication: newest === undefined ? Number.NaN : ago[newest]!,
    call_oi_change_3m_pct: change(calls, 0),
    call_oi_change_5m_pct: change(calls, 1),
    call_oi_change_15m_pct: change(calls, 2),
    call_oi_change_30m_pct: change(calls, 3),
    put_oi_change_3m_pct: change(puts, 0),
    put_oi_change_5m_pct: change(puts, 1),
    put_oi_change_15m_pct: change(puts, 2),
    put_oi_change_30m_pct: change(puts, 3),
    oi_pressure_15m: pressure(calls, puts, breadthSpan),
    call_oi_breadth_15m: breadth(calls, breadthSpan),
    put_oi_breadth_15m: breadth(puts, breadthSpan),
    call_oi_surge: surge(calls, ago, publications),
    put_oi_surge: surge(puts, ago, publications),
  };
}

function pctOf({ change, before }: OiMove): number {
  return before > 0 ? (100 * change) / before : Number.NaN;
}

function pressure(calls: readonly LadderLeg[], puts: readonly LadderLeg[], span: Span | null): number {
  if (span === null) return Number.NaN;
  const [ce, pe] = [oiMove(calls, span), oiMove(puts, span)];
  const size = ce.size + pe.size;
  return size > 0 && ce.legs > 0 && pe.legs > 0 ? (pe.change - ce.change) / size : Number.NaN;
}

function breadth(side: readonly LadderLeg[], span: Span | null): number {
  if (span === null) return Number.NaN;
  const { rising, falling, legs } = oiMove(side, span);
  return legs > 0 ? (rising - falling) / legs : Number.NaN;
}

/** Compares the change that the newest publication brought with those of the earlier ones of the window. */
function surge(side: readonly LadderLeg[], ago: readonly number[], publications: readonly number[]): number {
  if (publications.length < 2 || ago[publications.at(-1)!]! > STALE_MINUTES) return Number.NaN;
  const rates: number[] = [];
  for (let i = 1; i < publications.length; i += 1) {
    const [from, to] = [publications[i - 1]!, publications[i]!];
    const minutes = ago[from]! - ago[to]!;
    const { change, legs } = oiMove(side, { from, to, minutes });
    rates.push(legs > 0 && minutes <= SLACK_MINUTES ? change / minutes : Number.NaN);
  }
  const earlier = rates.slice(0, -1).filter((rate) => !Number.isNaN(rate));
  return robustScore(rates.at(-1)!, earlier, LEAST_EARLIER_CHANGES);
}
