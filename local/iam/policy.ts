import * as z from 'zod';
import { assertKnownCondition } from './condition.ts';

const Strings = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const Condition = z.record(z.string(), z.record(z.string(), Strings));

/** One statement of an identity policy; `NotAction`, `NotResource` and `Principal` are refused by name. */
const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: Strings,
  Resource: Strings,
  Condition: Condition.default({}),
});

const PolicyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Id: z.string().optional(),
  Statement: z.preprocess((value) => [value].flat(), z.array(Statement)),
});

export type Statement = z.infer<typeof Statement>;

/** Services whose actions are never checked here, so that conditions on them cannot matter. */
const UNCHECKED_SERVICES = /^(logs|xray|cloudwatch|kms|ec2|events|sts|ecr|iam|ssmmessages):/;

/**
 * Reads the policy document of a role. A form or condition that the evaluator does not know is an error that
 * names it and `where` it stands.
 */
export function parsePolicy(document: unknown, where: string): Statement[] {
  const parsed = PolicyDocument.safeParse(document);
  if (!parsed.success) {
    throw new Error(
      `${where}: expected a policy the local cloud can evaluate, was:\n${z.prettifyError(parsed.error)}`,
    );
  }
  for (const { Action, Condition } of parsed.data.Statement) {
    if (Action.every((action) => UNCHECKED_SERVICES.test(action))) continue;
    for (const [operator, keys] of Object.entries(Condition)) {
      for (const key of Object.keys(keys)) assertKnownCondition(operator, key, where);
    }
  }
  return parsed.data.Statement;
}
