import middy from '@middy/core';
import type * as z from 'zod';
import { describeIssue, plainWording } from '../describe-issue.ts';
import { RejectedInput } from '../errors.ts';
import { isRefusal } from '../refusal.ts';
import { logger } from './logger.ts';

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
        if (isRefusal(error)) logger.warn('task refused', { name: error.name, reason: error.message });
        else logger.error('task failed', { error: error ?? 'unknown' });
      },
    })
    .handler(async (input) => run(parse(schema, input)));
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const field = issues[0]?.path.join('.') || 'input';
  throw new RejectedInput(describeIssue(issues, input, plainWording('input')), { field });
}
