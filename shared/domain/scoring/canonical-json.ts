import { InvariantViolated } from '../../errors.ts';

/**
 * One text per value (RFC 8785): keys sorted by UTF-16 code units, shortest numbers, no white space.
 * Keys whose value is undefined are left out. As on the wire, NaN is null and infinities are the words
 * "Infinity" and "-Infinity", so a record keeps its text after a round trip through JSON.
 * Throws InvariantViolated on functions, symbols, bigints and class instances (a Date is written by its owner, as text).
 * Example: `canonicalJson({ b: 1, a: [true, Infinity] })` is `{"a":[true,"Infinity"],"b":1}`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (Array.isArray(value)) return canonicalArray(value);
  if (isPlainRecord(value)) return canonicalRecord(value);
  throw new InvariantViolated(`canonical JSON: expected a JSON value, was ${describe(value)}`);
}

function canonicalNumber(value: number): string {
  if (Number.isNaN(value)) return 'null';
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function canonicalArray(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += `${text === '' ? '' : ','}${canonicalJson(item ?? null)}`;
  return `[${text}]`;
}

function canonicalRecord(record: Record<string, unknown>): string {
  let text = '';
  for (const key of Object.keys(record).sort()) {
    const value = record[key];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value)}`;
  }
  return `{${text}}`;
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
