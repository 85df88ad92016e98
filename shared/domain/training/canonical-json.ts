type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * JSON with sorted keys and no spaces: equal values give equal text.
 * `undefined` fields are left out; NaN and Infinity become null, as JSON has no words for them.
 * Example: `canonicalJson({ b: 1, a: [2] })` is `{"a":[2],"b":1}`.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value as Plain;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
