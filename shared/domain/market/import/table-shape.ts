import { RejectedInput } from '../../../errors.ts';
import { epochMs, utcIso } from '../indian-time.ts';

/** A column of a tracker's table: the names it may have in an export, the first being the usual one. */
export interface ColumnShape {
  readonly names: readonly string[];
  readonly required?: true;
}

/** What is read of one of the tracker's tables; a file may have more columns, in any order. */
export interface TableShape<Field extends string = string> {
  /** The tracker's own name of the table. */
  readonly table: string;
  readonly columns: Readonly<Record<Field, ColumnShape>>;
  /** At least one of these must be there; empty when the required ones are enough. */
  readonly oneOf: readonly Field[];
}

/** Where each field of a shape stands in a header; a field that the file does not have is absent. */
export type FieldPlaces<Field extends string> = Readonly<Partial<Record<Field, number>>>;

/** The places of a shape's fields. Case, blanks around a name and its quotes make no difference. */
export function placesOf<Field extends string>(
  shape: TableShape<Field>,
  header: readonly string[],
): FieldPlaces<Field> {
  const names = header.map((name) => name.trim().toLowerCase());
  const places: Partial<Record<Field, number>> = {};
  for (const [field, column] of Object.entries(shape.columns) as [Field, ColumnShape][]) {
    const place = column.names.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (place !== undefined) places[field] = place;
  }
  return places;
}

/** What a header lacks to be of a shape, in words that say which names would do; empty when it is of it. */
export function lacking<Field extends string>(shape: TableShape<Field>, header: readonly string[]): string[] {
  const places = placesOf(shape, header);
  const nameOf = (field: Field) => shape.columns[field].names.join(' or ');
  const missing = (Object.keys(shape.columns) as Field[])
    .filter((field) => shape.columns[field].required === true && places[field] === undefined)
    .map(nameOf);
  const anyMissing = shape.oneOf.length > 0 && shape.oneOf.every((field) => places[field] === undefined);
  return anyMissing ? [...missing, `one of ${shape.oneOf.map(nameOf).join(', ')}`] : missing;
}

/** Reads the fields of one record by their places; blank where the file has no such column. */
export type FieldReader<Field extends string> = (field: Field) => string;

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * A moment as any table or export of the tracker states it, in epoch milliseconds; without an offset it is Indian time.
 * Date and clock are parted by a blank or `T`. Seconds and their fraction (of which milliseconds count) may be missing,
 * an offset may be `Z`, `UTC`, `+05`, `+0530` or `+05:30`, with or without a blank before it; blanks around are ignored.
 * Example: `2025-12-04 12:35` and `2025-12-04T07:05:00.000Z` are one moment.
 * @throws RejectedInput that names the field.
 */
export function momentOf(field: string, text: string): number {
  const [, date, clock, fraction = '', zone = '+05:30'] = TIME.exec(text.trim()) ?? [];
  const ms = epochMs(`${date}T${clock}${fraction.slice(0, 4)}${offsetOf(zone)}`);
  const exists = date !== undefined && utcIso(epochMs(`${date}T00:00:00Z`) || 0).startsWith(date);
  if (Number.isNaN(ms) || !exists) throw wrongField(field, 'a time like 2025-12-04 12:35:00', text);
  return ms;
}

function offsetOf(zone: string): string {
  if (zone === 'UTC') return 'Z';
  return /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^(.\d{2})(\d{2})$/, '$1:$2');
}

/** Words by which programs write that there is no number. */
const NO_NUMBER: ReadonlySet<string> = new Set(['', 'null', 'none', 'nan', 'na', 'n/a', '-']);

/**
 * A number as a table states it; null for blank and for the words that mean none.
 * @throws RejectedInput that names the field.
 */
export function numberOf(field: string, text: string, least = Number.NEGATIVE_INFINITY): number | null {
  const trimmed = text.trim();
  if (NO_NUMBER.has(trimmed.toLowerCase())) return null;
  const value = Number(trimmed);
  if (Number.isFinite(value) && value >= least) return value;
  const kind = Number.isFinite(least) ? `a number of at least ${least}` : 'a number';
  throw wrongField(field, `${kind} or blank`, text);
}

/** An error that names field, expectation and what it was. */
export function wrongField(field: string, expected: string, was: string): RejectedInput {
  const shown = was.trim() === '' ? 'blank' : was.slice(0, 80);
  return new RejectedInput(`${field}: expected ${expected}, was ${shown}`, { field });
}
