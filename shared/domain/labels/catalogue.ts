import {
  BARRIER_LABELS,
  type BarrierLabel,
  HORIZONS,
  type HorizonLabel,
  type LabelColumn,
} from './label-row.ts';

/** One label column as the data dictionary shows it. */
export interface LabelSpec {
  readonly name: LabelColumn;
  /** What one unit of the value is: `frac` means 0.05 is 5 %. */
  readonly unit: string;
  /** The definition in one line. */
  readonly formula: string;
  /** Minutes after the row that the label can depend on; 0 when it looks back only. */
  readonly horizonMinutes: number;
  /** When the label is null, besides where its horizon ends after trading does. */
  readonly missing: string;
}

type Meaning = Omit<LabelSpec, 'name' | 'horizonMinutes'>;

const NO_MINUTE = "the horizon's minute has no row";
const NO_SPOT = 'it reaches into minutes in which the index stands still (closing auction, since 2026-08-03)';
const NO_RETURN = `${NO_MINUTE}, or ${NO_SPOT}`;
const OI =
  "published open interest of the row's ladder, newest of the last 3 minutes of the horizon less that at the row, same contracts";
const OI_MISSING = 'less than half of the ladder known at both ends, or nothing published in between';
const NOT_FOLLOWED = `${NO_MINUTE}, the contract has expired, or its price is missing or stale at either end`;
const NOT_TRADED = `${NO_MINUTE}, the contract has expired, it has neither quote nor fresh price at either end, or the costs of the date are unknown`;
const TRADED =
  'one lot bought at the row (ask, else last price plus slippage) and sold at the horizon (bid, else last price less slippage), less the costs of both orders';

const PER_HORIZON: Readonly<Record<HorizonLabel, Meaning>> = {
  return: { unit: 'frac', formula: 'spot at the horizon / spot at the row - 1', missing: NO_RETURN },
  direction: { unit: '-1, 0, 1', formula: 'sign of the return', missing: NO_RETURN },
  oi_change_ce: { unit: 'units', formula: `calls: ${OI}`, missing: OI_MISSING },
  oi_change_pe: { unit: 'units', formula: `puts: ${OI}`, missing: OI_MISSING },
  ltp_change_atm_ce: {
    unit: 'rupees',
    formula: 'last price of the call that is at the money at the row, at the horizon less at the row',
    missing: NOT_FOLLOWED,
  },
  ltp_change_atm_pe: {
    unit: 'rupees',
    formula: 'last price of the put that is at the money at the row, at the horizon less at the row',
    missing: NOT_FOLLOWED,
  },
  straddle_pnl: {
    unit: 'rupees a lot',
    formula: 'at-the-money straddle held long: call_pnl + put_pnl',
    missing: 'either leg is',
  },
  call_pnl: { unit: 'rupees a lot', formula: `at-the-money call: ${TRADED}`, missing: NOT_TRADED },
  put_pnl: { unit: 'rupees a lot', formula: `at-the-money put: ${TRADED}`, missing: NOT_TRADED },
};

/** Minutes that both triple barriers look ahead. */
const BARRIER_MINUTES = 15;

const TRACKER: Readonly<Record<keyof BarrierLabel, Meaning>> = {
  target: {
    unit: '-1, 0, 1',
    formula:
      "the tracker's triple barrier: 1 when the spot first rises by one one-minute volatility, -1 when it first falls by one, 0 for neither",
    missing: `no volatility, half of the minutes it rests on have no row, or ${NO_SPOT} before it is met`,
  },
  barrier_hit: { unit: 'upper, lower, time', formula: 'what the spot met first', missing: 'no target' },
  minutes_to_hit: {
    unit: 'minutes',
    formula: 'until the barrier was met; 15 for time',
    missing: 'no target',
  },
  volatility: {
    unit: 'frac',
    formula: 'deviation of the last 60 one-minute returns, at least 0.0005',
    missing: 'fewer than 60 minutes of session, or half of them have no row',
  },
  uniqueness: {
    unit: 'share, above 0 to 1',
    formula: 'mean over the rows of the span of 1 / targets whose span covers the row',
    missing: 'no target',
  },
};

const SESSION: Readonly<Record<keyof BarrierLabel, Meaning>> = {
  target: {
    unit: '-1, 0, 1',
    formula:
      'corrected triple barrier: 1 when the log of the spot first rises by session_volatility, -1 when it first falls by it, 0 for neither',
    missing: `no session_volatility, two minutes in a row of the horizon have no row, or ${NO_SPOT}`,
  },
  barrier_hit: {
    unit: 'upper, lower, time',
    formula: 'what the spot met first',
    missing: 'no session_target',
  },
  minutes_to_hit: {
    unit: 'minutes',
    formula: 'until the barrier was met; 15 for time',
    missing: 'no session_target',
  },
  volatility: {
    unit: 'log points',
    formula:
      'square root of 15 x winsorised deviation of the one-minute log returns of the last 60 minutes of session',
    missing:
      'fewer than 15 returns, returns that cover less than 30 of the 60 minutes, or the index stands still (closing auction)',
  },
  uniqueness: {
    unit: 'share, above 0 to 1',
    formula: 'as uniqueness, of session_target',
    missing: 'no session_target',
  },
};

/** Every label column of `chain-labels-v2`, in file order. */
export const LABEL_CATALOGUE: readonly LabelSpec[] = [
  ...HORIZONS.flatMap((horizonMinutes) =>
    Object.entries(PER_HORIZON).map(([label, meaning]) => ({
      name: `${label as HorizonLabel}_${horizonMinutes}` as const,
      horizonMinutes,
      ...meaning,
    })),
  ),
  ...BARRIER_LABELS.map((name) => ({ name, horizonMinutes: horizonOf(name), ...TRACKER[name] })),
  ...BARRIER_LABELS.map((name) => ({
    name: `session_${name}` as const,
    horizonMinutes: horizonOf(name),
    ...SESSION[name],
  })),
];

/** A weight rests on the targets that begin within the span, too, each of which looks as far ahead again. */
function horizonOf(name: keyof BarrierLabel): number {
  if (name === 'volatility') return 0;
  return name === 'uniqueness' ? 2 * BARRIER_MINUTES : BARRIER_MINUTES;
}
