/** A share in percent with one digit. Example: `percent(0.6127)` is `61.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Whole rupees in Indian groups. Example: `rupees(123456.4)` is `1,23,456`. */
export function rupees(amount: number): string {
  return Math.round(amount).toLocaleString('en-IN');
}

/** Rupees won or lost, with their sign. Example: `signedRupees(-650)` is `-650`. */
export function signedRupees(amount: number): string {
  const whole = Math.round(amount);
  return `${whole > 0 ? '+' : ''}${whole.toLocaleString('en-IN')}`;
}

/** A feature's value in at most four significant digits; what is missing is called so. Example: `1.308`. */
export function featureWords(value: number | string | null): string {
  if (value === null) return 'missing';
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
}
