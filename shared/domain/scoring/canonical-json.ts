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
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (isPlainRecord(value)) return canonicalRecord(value);
  throw new InvariantViolated(`canonical JSON: expected a JSON value, was ${describe(value)}`);
}

function canonicalNumber(value: number): string {
  if (Number.isNaN(value)) return 'null';
  return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(String(value));
}

function canonicalRecord(record: Record<string, unknown>): string {
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(',')}}`;
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
