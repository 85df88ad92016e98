import type { AccessRequest } from '../iam/evaluate.ts';
import type { Role, Roles } from '../iam/roles.ts';

/** An error of a task: `name` is what the machine's ErrorEquals matches. */
export class TaskError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** @throws TaskError `name` when the role may not do all of it. */
export function assertAllowed(
  roles: Roles,
  role: Role,
  name: string,
  access: readonly AccessRequest[],
): void {
  const refused = access.find((one) => !roles.isAllowed(role, one));
  if (refused === undefined) return;
  throw new TaskError(name, `role ${role.name} is not allowed ${refused.action} on ${refused.resource}`);
}
