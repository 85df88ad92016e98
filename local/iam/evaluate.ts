import { type ConditionContext, conditionsHold } from './condition.ts';
import type { Statement } from './policy.ts';
import { matchesWildcard } from './wildcard.ts';

/** One thing a caller wants to do: `s3:PutObject` on `arn:aws:s3:::lake/raw/x.parquet`. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** The request does not say what it is about (a task token): a grant on any resource will do. */
  readonly isAnyResource?: boolean;
  readonly context?: ConditionContext;
}

/**
 * Whether `statements` allow the request: an explicit Deny wins, and what nobody allows is denied.
 * Action names are compared without regard to case, resources exactly, as IAM does.
 */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase();
  return (
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), action)) &&
    (request.isAnyResource === true ||
      statement.Resource.some((pattern) => matchesWildcard(pattern, request.resource))) &&
    conditionsHold(statement.Condition, request.context ?? {})
  );
}
