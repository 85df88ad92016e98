const MONTH_LETTERS = '123456789OND';
const MONTH_NAMES = [
  'JAN',
  'FEB',
  'MAR',
  'APR',
  'MAY',
  'JUN',
  'JUL',
  'AUG',
  'SEP',
  'OCT',
  'NOV',
  'DEC',
] as const;

/**
 * The exchange's name of an option: weekly `NIFTY25D0926000CE`, last expiry of the month `NIFTY25DEC26000CE`.
 * `expiry` is YYYY-MM-DD.
 */
export function optionSymbol(
  underlying: string,
  expiry: string,
  lastOfMonth: boolean,
  strike: number,
  type: 'CE' | 'PE',
): string {
  const year = expiry.slice(2, 4);
  const month = Number(expiry.slice(5, 7)) - 1;
  const code = lastOfMonth ? MONTH_NAMES[month]! : `${MONTH_LETTERS[month]!}${expiry.slice(8, 10)}`;
  return `${underlying}${year}${code}${strike}${type}`;
}
