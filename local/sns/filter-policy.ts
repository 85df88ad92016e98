import * as z from 'zod';
import type { NotificationAttribute } from './attribute.ts';

const condition = z.union([
  z.string(),
  z.strictObject({ 'anything-but': z.union([z.string().transform((one) => [one]), z.array(z.string())]) }),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
]);

/** Every named attribute has to meet one of its conditions: a text, `anything-but`, `prefix` or `exists`. */
const policySchema = z.record(z.string(), z.array(condition).min(1));
export type FilterPolicy = z.infer<typeof policySchema>;

/** A subscription's policy, null for none. @throws Error naming what has no local behaviour (numbers, `$or`, ranges). */
export function filterPolicy(given: unknown, subscription: string): FilterPolicy | null {
  if (given === undefined) return null;
  const parsed = policySchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ['FilterPolicy', ...(issue?.path ?? [])].join('.');
  throw new Error(
    `${subscription}, ${where}: expected lists of texts, anything-but, prefix or exists, was ${JSON.stringify(given)}`,
  );
}

/** Whether a message with these attributes passes. Example: `{exchange: ['NSE']}` lets through NSE alone. */
export function passes(
  policy: FilterPolicy,
  attributes: Readonly<Record<string, NotificationAttribute>>,
): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    const values = valuesOf(attributes[name]);
    return conditions.some((one) => meets(one, values));
  });
}

function meets(one: z.infer<typeof condition>, values: readonly string[] | undefined): boolean {
  if (typeof one === 'object' && 'exists' in one) return one.exists === (values !== undefined);
  if (values === undefined) return false;
  if (typeof one === 'string') return values.includes(one);
  if ('prefix' in one) return values.some((value) => value.startsWith(one.prefix));
  return values.some((value) => !one['anything-but'].includes(value));
}

/** None for an attribute that is not there, or that a policy cannot look into. */
function valuesOf(attribute: NotificationAttribute | undefined): readonly string[] | undefined {
  if (attribute === undefined || attribute.Type === 'Binary') return undefined;
  if (attribute.Type !== 'String.Array') return [attribute.Value];
  return (JSON.parse(attribute.Value) as unknown[]).map(String);
}
