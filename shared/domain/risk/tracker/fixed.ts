/**
 * A number with a fixed count of decimals, decided on its exact binary value, exact ties to the even digit (as the
 * tracker's messages are written; JavaScript's own `toFixed` takes ties away from zero).
 * Example: `fixed(0.125, 2)` is `0.12`.
 */
export function fixed(value: number, decimals: number): string {
  const magnitude = Math.abs(value);
  // Between two decimals lies exactly only an odd number of halves of them that is also a binary fraction.
  const isTie = (magnitude * 2 ** (decimals + 1)) % 2 === 1;
  if (!isTie) return value.toFixed(decimals);
  const below = Math.floor(magnitude * 10 ** decimals);
  return ((Math.sign(value) * (below % 2 === 0 ? below : below + 1)) / 10 ** decimals).toFixed(decimals);
}
