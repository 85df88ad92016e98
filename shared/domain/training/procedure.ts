import * as z from 'zod';

const plain = z.union([z.number(), z.string(), z.boolean()]);
const byName = z.record(z.string(), plain);
const written = z.union([plain, z.null(), z.array(plain), byName, z.record(z.string(), byName)]);

/** How a bundle came about, beside its data, seed and code: all that training it again needs. */
export const procedureSchema = z.object({
  /** The family that was asked for, then its rivals in the search. */
  families: z.array(z.string()).min(1),
  /** What `trainCandidate` was told, by its own names, and how many configurations each rung of the search judged. */
  options: z.record(z.string(), written),
  /** Quality flags whose rows were left out. */
  blocking_flags: z.array(z.string()),
  /** What computed it: the runtime's version, SHA-256 of each family's native library. */
  libraries: z.record(z.string(), z.string()),
});
export type Procedure = z.infer<typeof procedureSchema>;

const INFINITY = 'Infinity';

/** Options as JSON can hold them: Infinity becomes a word, undefined is left out. Example: `{ budget: Infinity }` gives `{ budget: 'Infinity' }`. */
export function writtenOptions(options: object): Procedure['options'] {
  const words = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value === Number.POSITIVE_INFINITY ? INFINITY : value]);
  return procedureSchema.shape.options.parse(Object.fromEntries(words));
}

/** The inverse of `writtenOptions`. */
export function readOptions(options: Procedure['options']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      value === INFINITY ? Number.POSITIVE_INFINITY : value,
    ]),
  );
}
