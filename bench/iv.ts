import { type Black76Option, black76Price } from '../shared/domain/market/volatility/black76.ts';
import { greeks } from '../shared/domain/market/volatility/greeks.ts';
import { impliedVolatility } from '../shared/domain/market/volatility/implied-volatility.ts';
import { seededUniform } from '../shared/stats/seeded-uniform.ts';
import { randomOption } from '../test/shared/domain/market/volatility/random-option.ts';
import { newtonVolatility } from './peers/newton-volatility.ts';

/**
 * Implied volatilities a second of processor time on one core, against the tracker's Newton search, on index option
 * ladders as they come up in a week; then the price round trip over random options. Arguments: round trips (10000000).
 */
const LADDER_OPTIONS = 100_000;
const RUNS = 9;
const SPOT = 26_000;
const RATE = 0.1;
const TARGET = 1_000_000;
/** Index points; below it the rounding of the peer's own price keeps it from ending. */
const TIGHT_TOLERANCE = 1e-9;
const roundTrips = Number(process.argv[2] ?? 10_000_000);

interface Quote {
  readonly option: Black76Option & { readonly forward: number; readonly discountFactor: number };
  readonly price: number;
}

/** 22 legs around the money, the last hour to seven days, 8 to 25 %; the forward is the peer's own, so both can find it. */
function ladderQuotes(): Quote[] {
  const next = seededUniform(76);
  return Array.from({ length: LADDER_OPTIONS }, (_, at) => {
    const years = (1 / 24 + 7 * next()) / 365;
    const discountFactor = Math.exp(-RATE * years);
    const optionType = at % 2 === 0 ? 'CE' : 'PE';
    const strike = SPOT + 50 * (Math.floor(next() * 11) - 5);
    const option = { optionType, forward: SPOT / discountFactor, strike, years, discountFactor } as const;
    return { option, price: black76Price(option, 0.08 + 0.17 * next()) };
  });
}

const quotes = ladderQuotes();

function runOurs(): number {
  let found = 0;
  for (const { option, price } of quotes)
    if (typeof impliedVolatility(option, price) === 'number') found += 1;
  return found;
}

function runPeer(tolerance?: number): number {
  let found = 0;
  for (const { option, price } of quotes) {
    const { optionType, strike, years } = option;
    if (newtonVolatility(optionType, SPOT, strike, years, price, tolerance) !== null) found += 1;
  }
  return found;
}

/** Rate of one run by processor time, so that a busy machine does not count against either. */
function rateOf(run: () => number): { perSecond: number; found: number } {
  const before = process.cpuUsage();
  const found = run();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (LADDER_OPTIONS * 1e6) / (user + system), found };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const word = new Float64Array(1);
const bits = new BigInt64Array(word.buffer);
function ulpOf(value: number): number {
  word[0] = value;
  bits[0] = bits[0]! + 1n;
  return word[0]! - value;
}

/** Largest round-trip error in ulp over max(1, elasticity), how many are above 4, and how many have a reason instead. */
function roundTrip(count: number): {
  worst_ulp: number;
  above_4_ulp: number;
  reasons: Record<string, number>;
} {
  const next = seededUniform(2016);
  const reasons: Record<string, number> = {};
  let worst = 0;
  let above = 0;
  for (let at = 0; at < count; at += 1) {
    const { option, volatility } = randomOption(next);
    const price = black76Price(option, volatility);
    const found = impliedVolatility(option, price);
    const sensitivities = greeks(option, found);
    if (typeof found === 'string' || typeof sensitivities === 'string') {
      reasons[String(found)] = (reasons[String(found)] ?? 0) + 1;
      continue;
    }
    const elasticity = Math.max(1, (sensitivities.vega * found) / price);
    const error = Math.abs(black76Price(option, found) - price) / ulpOf(price) / elasticity;
    if (!(error <= 4)) above += 1;
    if (!(error <= worst)) worst = error;
  }
  return { worst_ulp: worst, above_4_ulp: above, reasons };
}

const rates = Array.from({ length: RUNS }, () => ({
  ours: rateOf(runOurs),
  peer: rateOf(() => runPeer()),
  tight: rateOf(() => runPeer(TIGHT_TOLERANCE)),
}));
const ours = Math.round(median(rates.map((rate) => rate.ours.perSecond)));
const peer = Math.round(median(rates.map((rate) => rate.peer.perSecond)));
const tight = Math.round(median(rates.map((rate) => rate.tight.perSecond)));
console.log(
  JSON.stringify({
    bench: 'iv',
    ours,
    peer,
    ratio: Number((ours / peer).toFixed(2)),
    unit: 'implied volatilities a second, one core',
    target: TARGET,
    runs: RUNS,
    clock: 'processor time',
    peer_to_1e_9_points: tight,
    found: { ours: rates[0]!.ours.found, peer: rates[0]!.peer.found, of: LADDER_OPTIONS },
    round_trips: roundTrips,
    ...roundTrip(roundTrips),
  }),
);
