import * as z from 'zod';
import { describeIssue, type Wording } from '../../shared/describe-issue.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { RejectedInput } from '../../shared/errors.ts';

/** Query parameters that several routes know. */
export const exchangeParameter = exchangeSchema.optional().describe('Only this exchange.');
export const targetParameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'expected a target as tb15')
  .default(PRODUCTION_TARGET)
  .describe('What the model predicts.');

/** How many rows at most, as digits. */
export function limitParameter(usual: number, most: number) {
  return z.coerce.number().int().min(1).max(most).default(usual).describe('How many at most, newest first.');
}

const WORDING: Wording = {
  record: 'query',
  remedies: {
    date: 'write it as 2025-12-04',
    at: 'write it with its offset, as 2025-12-04T12:35:00+05:30',
    limit: 'write it in digits',
    id: 'take it from GET /v1/recommendations',
  },
  otherwise: '',
  union: 'a value',
};

/**
 * Query and path parameters as a route wants them, and no others: a misspelt one would silently be its default.
 * @throws RejectedInput naming the parameter and what it was.
 */
export function parameters<Schema extends z.ZodObject>(
  schema: Schema,
  given: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const result = schema.strict().safeParse(given) as z.ZodSafeParseResult<z.infer<Schema>>;
  if (result.success) return result.data;
  const { issues } = result.error;
  const unknown = issues.find(({ code }) => code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') refuseUnknown(unknown.keys, Object.keys(schema.shape));
  const field = issues[0]?.path.join('.') || 'query';
  throw new RejectedInput(describeIssue(issues, given, WORDING), { field });
}

function refuseUnknown(names: readonly string[], known: readonly string[]): never {
  const was = JSON.stringify(names[0]?.slice(0, 60));
  const expected = known.length === 0 ? 'no parameters' : `no parameter but ${known.join(', ')}`;
  throw new RejectedInput(`query: expected ${expected}, was ${was}; leave it out`, { field: 'query' });
}
