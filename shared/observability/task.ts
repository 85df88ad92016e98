import middy from '@middy/core';
import type { z } from 'zod';
import { Conflict, RejectedInput } from '../errors.ts';
import { logger } from './logger.ts';

const MAX_SHOWN = 120;

/**
 * A state machine's or scheduler's task: its input is checked by the schema, its errors are logged (a refusal as a
 * warning, without a stack) and keep their name, which is what the machine's Retry and Catch match on.
 * @throws RejectedInput naming the field that is wrong.
 */
export function task<Schema extends z.ZodType, Output>(
  schema: Schema,
  run: (input: z.infer<Schema>) => Promise<Output>,
) {
  return middy<unknown, Output>()
    .use({
      onError: ({ error }) => {
        if (error instanceof RejectedInput || error instanceof Conflict) {
          logger.warn('task refused', { name: error.name, reason: error.message });
        } else logger.error('task failed', { error: error ?? 'unknown' });
      },
    })
    .handler(async (input) => run(parse(schema, input)));
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'input';
  const was = JSON.stringify((issue?.path ?? []).reduce(child, input)) ?? 'missing';
  throw new RejectedInput(`${field}: ${issue?.message}, was ${was.slice(0, MAX_SHOWN)}`, { field });
}

function child(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
