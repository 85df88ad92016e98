import type { WindowTerms } from '../window-terms.ts';

/** Index points that a ladder reaches either side of the underlying price: its strikes and half a step. */
export function ladderHalfWidth(terms: Pick<WindowTerms, 'ladderSides' | 'strikeStep'>): number {
  return (terms.ladderSides + 0.5) * terms.strikeStep;
}

/** Whether a strike is in the ladder around a price. Of two strikes half a step outside, the upper one is. */
export function isWithin(strike: number, price: number, halfWidth: number): boolean {
  const distance = strike - price;
  return distance > -halfWidth && distance <= halfWidth;
}
