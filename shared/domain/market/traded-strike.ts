import type { Leg } from './snapshot.ts';

/** Where a bought option is to lie on its ladder. */
export interface StrikeWish {
  readonly optionType: Leg['option_type'];
  /** The chain's at-the-money strike, index points. */
  readonly atmStrike: number;
  /** Index points between neighbouring strikes. */
  readonly step: number;
  /** Steps into the money from the at-the-money strike; 0 is at the money, negative is out of the money. */
  readonly strikesInTheMoney: number;
}

/**
 * The strike that a trade buys, of those that can be bought (in any order): the wished one; where it is not among them
 * and was to lie in the money, the nearest to the at-the-money strike that lies in the money. Undefined when there is
 * none: a strike at or out of the money has no stand-in.
 * Example: a call two steps of 100 in the money of 84,600 is 84,400; without it 84,500; without that 84,300.
 */
export function tradedStrike(buyable: Iterable<number>, wish: StrikeWish): number | undefined {
  const { optionType, atmStrike, step, strikesInTheMoney } = wish;
  const below = optionType === 'CE' ? 1 : -1;
  const wished = atmStrike - below * strikesInTheMoney * step;
  let nearest: number | undefined;
  for (const strike of buyable) {
    if (strike === wished) return wished;
    const depth = below * (atmStrike - strike);
    if (depth > 0 && !(depth >= below * (atmStrike - (nearest ?? Number.NaN)))) nearest = strike;
  }
  return strikesInTheMoney > 0 ? nearest : undefined;
}
