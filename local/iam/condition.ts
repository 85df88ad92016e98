import { matchesWildcard } from './wildcard.ts';

/** Values of condition keys for one request; a key that is absent has no value. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>;

type Operator = (expected: readonly string[], actual: readonly string[]) => boolean;

const equals: Operator = (expected, actual) => actual.some((value) => expected.includes(value));
const like: Operator = (expected, actual) =>
  actual.some((value) => expected.some((pattern) => matchesWildcard(pattern, value)));

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: equals,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: equals,
  'ForAllValues:StringEquals': (expected, actual) => actual.every((value) => expected.includes(value)),
  'ForAllValues:StringLike': (expected, actual) => actual.every((value) => like(expected, [value])),
};

const KEYS = [
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'cloudwatch:namespace',
  'dynamodb:LeadingKeys',
  'iam:PassedToService',
  's3:prefix',
];

/** Throws for a condition the evaluator cannot judge, naming operator, key and `where` it stands. */
export function assertKnownCondition(operator: string, key: string, where: string): void {
  if (operator in OPERATORS && KEYS.includes(key)) return;
  throw new Error(`${where}: expected a condition the local cloud can evaluate, was ${operator} on ${key}`);
}

/** Whether all of a statement's conditions hold; operators and keys were checked by `assertKnownCondition`. */
export function conditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  context: ConditionContext,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, expected]) => OPERATORS[operator]?.(expected, context[key] ?? []) ?? false,
    ),
  );
}
