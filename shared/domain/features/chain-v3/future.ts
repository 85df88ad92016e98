import { expiryMs } from '../../market/moneyness.ts';
import type { ChainContext } from './context.ts';
import { type Described, featureGroup } from './group.ts';
import { BRIDGED_MINUTES, CARRIED_MINUTES, lastKnown, placeBefore } from './look-back.ts';
import { STALE_MINUTES } from './publications.ts';

const YEAR_MS = 365 * 86_400_000;
const LEAST_YEARS = 1 / 365;
/** A carry beyond this is a wrong price, not a rate. */
const MOST_CARRY_PCT = 50;
const OI_MINUTES = 30;

/** The nearest monthly future, and the forward that the options themselves imply. */
export const FUTURE = featureGroup(
  {
    future_basis_bps: of('bps', '1e4 x ln(future price / underlying price)', CARRIED_MINUTES),
    future_basis_change_15m: of(
      'bps',
      'future_basis_bps - the one 15 minutes earlier',
      15 + BRIDGED_MINUTES + CARRIED_MINUTES,
    ),
    future_carry_pct: of(
      'pct/year',
      'ln(future price / underlying price) / years to the monthly expiry',
      CARRIED_MINUTES,
      'NaN without the monthly expiry (of this or its sibling chain), within a day of it, or beyond 50 %',
    ),
    implied_carry_pct: {
      ...of(
        'pct/year',
        "ln(parity forward / underlying price) / years to the option's own expiry",
        0,
        'NaN without a parity forward, within a day of expiry, or beyond 50 %',
      ),
      source: 'legs, underlying_price',
    },
    parity_dispersion_bps: {
      ...of(
        'bps',
        "1e4 x weighted median distance of the strikes' own forwards / underlying price",
        0,
        'NaN without a parity forward',
      ),
      source: 'legs, underlying_price',
    },
    future_oi_change_30m_pct: {
      ...of(
        'pct',
        'change of future OI to its last publication from the one in force 30 minutes before it',
        OI_MINUTES + STALE_MINUTES + BRIDGED_MINUTES + 1,
        'NaN when either is missing, or the last publication is more than 10 minutes old',
      ),
      source: 'future_oi',
    },
  },
  (context: ChainContext) => {
    const { window, ago, smile, price, nowMs } = context;
    const before = placeBefore(ago, 15);
    const basis = basisAt(context, ago.length - 1);
    return {
      future_basis_bps: 1e4 * basis,
      future_basis_change_15m: before < 0 ? Number.NaN : 1e4 * (basis - basisAt(context, before)),
      future_carry_pct: carryPct(basis, (futureExpiryMs(window) - nowMs) / YEAR_MS),
      implied_carry_pct: carryPct(Math.log(smile.forward / price), smile.years),
      parity_dispersion_bps: (1e4 * smile.dispersion) / price,
      future_oi_change_30m_pct: futureOiChange(context),
    };
  },
);

function of(
  unit: string,
  formula: string,
  lookBackMinutes: number,
  missing = 'NaN without a future price of the last 5 minutes',
): Described {
  return { unit, formula, source: 'future_price, underlying_price', lookBackMinutes, missing };
}

function basisAt({ window, ago }: ChainContext, place: number): number {
  return Math.log(lastKnown(window, ago, 'future_price', place) / window.snapshots[place]!.underlying_price);
}

/** The tracker follows the nearest monthly future; it expires with the monthly options of its index. */
function futureExpiryMs({ exchange, expiry, siblings }: ChainContext['window']): number {
  if (exchange === 'NSE_MONTHLY' || exchange === 'BANKNIFTY_MONTHLY') return expiryMs(expiry);
  const monthly = exchange === 'NSE' ? siblings.NSE_MONTHLY : undefined;
  return monthly === undefined ? Number.NaN : expiryMs(monthly.snapshot.expiry);
}

function carryPct(logRatio: number, years: number): number {
  const pct = (100 * logRatio) / years;
  return years >= LEAST_YEARS && Math.abs(pct) <= MOST_CARRY_PCT ? pct : Number.NaN;
}

/** Ends where the newest value was first seen, so that a publication does not count as a change later and later. */
function futureOiChange({ window: { snapshots }, ago }: ChainContext): number {
  const oi = snapshots.map(({ future_oi }) => future_oi);
  let seen = ago.length - 1;
  while (seen > 0 && oi[seen - 1] === oi[seen] && ago[seen]! <= STALE_MINUTES) seen -= 1;
  if (ago[seen]! > STALE_MINUTES) return Number.NaN;
  const from = placeBefore(
    ago.slice(0, seen + 1).map((one) => one - ago[seen]!),
    OI_MINUTES,
  );
  const [now, before] = [oi[seen] ?? null, oi[from] ?? null];
  return now === null || before === null || before === 0 ? Number.NaN : (100 * (now - before)) / before;
}
