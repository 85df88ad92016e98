import fc from 'fast-check';
import * as z from 'zod';

type Schema = Readonly<Record<string, unknown>>;

/** Values that a schema of the API's own document takes; rules between fields are not in there, and may refuse them. */
export function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  return arbitrary(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema);
}

function arbitrary(schema: Schema): fc.Arbitrary<unknown> {
  const { const: constant, enum: choices, anyOf, oneOf, type } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  const either = (anyOf ?? oneOf) as Schema[] | undefined;
  if (either !== undefined) return fc.oneof(...either.map(arbitrary));
  if (type === 'object') return object(schema);
  if (type === 'array') return array(schema);
  if (type === 'string') return text(schema);
  if (type === 'integer') return fc.integer(bounds(schema, 1_000_000));
  if (type === 'number') return fc.double({ ...bounds(schema, 100_000), noNaN: true });
  if (type === 'boolean') return fc.boolean();
  return type === 'null' ? fc.constant(null) : fc.jsonValue({ maxDepth: 2 });
}

function bounds(schema: Schema, usual: number): { min: number; max: number } {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Record<
    string,
    number | undefined
  >;
  const min = exclusiveMinimum === undefined ? (minimum ?? -usual) : exclusiveMinimum + 1;
  const max = exclusiveMaximum === undefined ? (maximum ?? usual) : exclusiveMaximum - 1;
  // A column of the lake may be as wide as it likes; what is usual finds more.
  return { min: Math.max(min, -usual), max: Math.max(min, Math.min(max, usual)) };
}

function object({ properties, required, additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries((properties ?? {}) as Record<string, Schema>);
  if (fields.length === 0 && typeof additionalProperties === 'object') {
    const values = arbitrary(additionalProperties as Schema);
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), values, { maxKeys: 4 });
  }
  const model = Object.fromEntries(fields.map(([name, field]) => [name, arbitrary(field)]));
  return fc.record(model, { requiredKeys: (required ?? []) as string[], noNullPrototype: true });
}

function array({ items, minItems, maxItems }: Schema): fc.Arbitrary<unknown> {
  const minLength = Number(minItems ?? 0);
  const maxLength = Math.max(minLength, Math.min(Number(maxItems ?? 4), 4));
  return fc.array(arbitrary((items ?? {}) as Schema), { minLength, maxLength });
}

const MOMENTS = { min: new Date('2024-01-01'), max: new Date('2025-12-31'), noInvalidDate: true };

function text({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<unknown> {
  if (format === 'date') return fc.date(MOMENTS).map((date) => date.toISOString().slice(0, 10));
  if (format === 'date-time') return fc.date(MOMENTS).map((date) => date.toISOString());
  if (String(pattern).includes('HJKMNP')) return fc.ulid();
  if (typeof pattern === 'string' && pattern.length < 100) return fc.stringMatching(new RegExp(pattern));
  const longest = Math.min(Number(maxLength ?? 40), 500);
  return fc.string({ minLength: Number(minLength ?? 0), maxLength: longest, unit: 'binary' });
}
