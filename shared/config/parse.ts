import type * as z from 'zod';
import { describeIssue, plainWording } from '../describe-issue.ts';
import { RejectedInput } from '../errors.ts';

/** What a configuration file is called where no key of it is to blame. */
const FILE = 'the file';

/**
 * Checks a configuration file against its schema.
 * Throws RejectedInput that names the file and the first wrong key. Example message:
 * `config/gate.json: rules.min_sessions: expected a number, was "ten"`.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  fileName: string,
): z.infer<Schema> {
  // Read once: the code that Zod compiles for a schema would cost more than it saves.
  const result = schema.safeParse(json, { jitless: true });
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.map(String).join('.') || FILE;
  const what = describeIssue(result.error.issues, json, plainWording(FILE));
  throw new RejectedInput(`${fileName}: ${what}`, { field });
}
