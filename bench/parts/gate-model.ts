import { normalCdf } from '../../shared/stats/normal-cdf.ts';
import { BLOCKS, type GateMarket } from './gate-market.ts';

/** Moves smaller than this, in deviations, reach neither barrier: a fifth of all labels are HOLD. */
export const BARRIER = 0.2533;
/** A trade's gain or loss ends at target and stop, in deviations of its day. */
export const STOP = 1.5;
/** Trades are taken on the quarter of the signals that are the strongest: about six a day. */
export const STRONG = 1.1503;
export const COST = 0.0003;
const STEP = 0.01;
const REACH = 6;

/** One model's stated probabilities by strength of signal, from what it knows: the correlation of signal and move. */
export interface GateModel {
  readonly knows: number;
  readonly sell: Float64Array;
  readonly buy: Float64Array;
}

/**
 * A model whose signal has the correlation `knows` (0 .. 1) with the coming move, and which states what follows from that:
 * over average days it is calibrated. Example: one that knows nothing states the base rates, 0.4, 0.2, 0.4.
 */
export function gateModel(knows: number): GateModel {
  const rest = Math.sqrt(1 - knows ** 2);
  const size = Math.round((2 * REACH) / STEP) + 1;
  const signal = (at: number) => (at * STEP - REACH) * knows;
  return {
    knows,
    sell: Float64Array.from({ length: size }, (_, at) => normalCdf((-BARRIER - signal(at)) / rest)),
    buy: Float64Array.from({ length: size }, (_, at) => normalCdf((signal(at) - BARRIER) / rest)),
  };
}

/** Where a signal stands in the tables of a model. */
export function placeOf(signal: number): number {
  return Math.round((Math.min(REACH, Math.max(-REACH, signal)) + REACH) / STEP);
}

/** The correlation of signal and move on a day of this skill; at most 0.95. */
export function knowsOn(knows: number, skill: number): number {
  return Math.min(0.95, Math.max(-0.95, knows * skill));
}

/** The model's signal on one label: what it knows of the move, and an error of its own. */
export function signalOf(model: GateModel, market: GateMarket, at: number, error: number): number {
  const knows = knowsOn(model.knows, market.skill[Math.floor(at / BLOCKS)]!);
  return knows * market.moves[at]! + Math.sqrt(1 - knows ** 2) * error;
}

/** 1 long, -1 short, 0 nothing. */
export function positionOf(signal: number): -1 | 0 | 1 {
  if (signal > STRONG) return 1;
  return signal < -STRONG ? -1 : 0;
}

/** Net return of a position on one label, as a fraction of the equity. */
export function gainOf(market: GateMarket, at: number, position: -1 | 1): number {
  const move = Math.min(STOP, Math.max(-STOP, market.moves[at]!));
  return position * move * market.volatility[Math.floor(at / BLOCKS)]! - COST;
}

/** -1 the lower barrier, 0 neither, 1 the upper barrier. */
export function labelOf(market: GateMarket, at: number): -1 | 0 | 1 {
  const move = market.moves[at]!;
  if (move > BARRIER) return 1;
  return move < -BARRIER ? -1 : 0;
}

/** Net return of each day. */
export function dailyReturns(model: GateModel, market: GateMarket, errors: Float64Array): Float64Array {
  const returns = new Float64Array(market.days);
  for (let at = 0; at < errors.length; at += 1) {
    const position = positionOf(signalOf(model, market, at, errors[at]!));
    if (position !== 0) returns[Math.floor(at / BLOCKS)]! += gainOf(market, at, position);
  }
  return returns;
}
