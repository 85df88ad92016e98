import type { z } from 'zod';
import { RejectedInput } from '../errors.ts';

/**
 * Checks a configuration file against its schema.
 * Throws RejectedInput that names the file and the first wrong key. Example message:
 * `config/gate.json: rules.min_sessions: expected number, was "ten"`.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  fileName: string,
): z.infer<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.map(String).join('.') || 'the file';
  const was = JSON.stringify(issue.path.reduce<unknown>(child, json)) ?? 'missing';
  throw new RejectedInput(`${fileName}: ${field}: ${issue.message}, was ${was.slice(0, 120)}`, { field });
}

function child(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
