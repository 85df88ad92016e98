import { normalCdf } from './normal-cdf.ts';
import { normalDensity } from './normal-density.ts';

const HALVINGS = 30;
const STEP = 0.1;
const LOWEST = -6;
/** Thousands of verdicts ask for the same few bounds, and one takes a hundred thousand terms. */
const known = new Map<string, number>();

/**
 * How many standard errors an estimate over the last `days` days has to be away from nothing, when it is looked at on
 * `looks` consecutive days, so that without an effect the chance that it ever is stays within `level`. One look, or endless
 * days, give the normal quantile. Looks once a day are fewer than the looks without a pause that it reckons with.
 * Throws RangeError unless 0 < level < 0.5, looks >= 1 and days >= 1.
 * Example: `repeatedLooksBound(0.05, 30, 250)` is 2.0033...
 */
export function repeatedLooksBound(level: number, looks: number, days: number): number {
  if (!(level > 0 && level < 0.5)) throw new RangeError(`level: expected 0 < level < 0.5, was ${level}`);
  if (!(looks >= 1)) throw new RangeError(`looks: expected at least 1, was ${looks}`);
  if (!(days >= 1)) throw new RangeError(`days: expected at least 1, was ${days}`);
  const key = `${level} ${looks} ${days}`;
  const bound = known.get(key) ?? solve(level, (looks - 1) / days);
  known.set(key, bound);
  return bound;
}

function solve(level: number, time: number): number {
  let [low, high] = [0, 10];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (chanceEverAbove(middle, time) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Chance that a window that moves on for `time` of its own lengths ever has an estimate of more than `bound` standard
 * errors without an effect: exact up to one length (Slepian 1961), beyond that no less than the chance, length by length.
 * Example: `chanceEverAbove(1.6448536269514722, 0)` is 0.05.
 */
export function chanceEverAbove(bound: number, time: number): number {
  const atOnce = normalCdf(-bound);
  if (time <= 0) return atOnce;
  const lengths = Math.ceil(time);
  return Math.min(1, atOnce + lengths * chanceOfCrossing(bound, time / lengths));
}

/**
 * Chance to begin below and to cross within `time` <= 1. Estimates `time` apart have the correlation 1 - time, and between
 * a begin x and an end w the path is a Brownian bridge of variance 2 a length, which crosses with the chance
 * exp(-(bound - x)(bound - w) / time): integrated over w in closed form, over x by the midpoint rule.
 */
function chanceOfCrossing(bound: number, time: number): number {
  const variance = time * (2 - time);
  const deviation = Math.sqrt(variance);
  const steps = Math.ceil((bound - LOWEST) / STEP);
  const step = (bound - LOWEST) / steps;
  let chance = 0;
  for (let at = 0; at < steps; at += 1) {
    const begin = LOWEST + (at + 0.5) * step;
    const gap = bound - (1 - time) * begin;
    const tilt = (bound - begin) / time;
    const above = normalCdf(-gap / deviation);
    const touched =
      Math.exp(-tilt * gap + (tilt ** 2 * variance) / 2) * normalCdf((gap - tilt * variance) / deviation);
    chance += normalDensity(begin) * step * (above + touched);
  }
  return chance;
}
