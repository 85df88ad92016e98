/**
 * Mean return over the downside deviation against 0, per period (not annualised): the root of the mean square of the
 * negative returns, every period counted. Source: Sortino and van der Meer (1991).
 * No returns give NaN; none below 0 give NaN: there is nothing below the line.
 * Example: `sortinoRatio([0.03, -0.01])` is 1.414213562373095.
 */
export function sortinoRatio(returns: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i] as number;
    sum += value;
    if (value < 0) squares += value * value;
  }
  if (squares === 0) return Number.NaN;
  return sum / returns.length / Math.sqrt(squares / returns.length);
}
