import { createHmac } from 'node:crypto';
import { type AccessRequest, isAllowed } from './evaluate.ts';
import { parsePolicy, type Statement } from './policy.ts';

/** Long-lived keys made up for a role: the same for one role and one state folder, whatever restarts. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly key: AccessKey;
  /** Value of the tag `oi-loop:api-role`, for the roles that people and the tracker use. */
  readonly apiRole: string | undefined;
}

/** Managed policies of AWS that grant only what is never checked here (logs, traces). */
const HARMLESS_MANAGED_POLICIES =
  /\/(AWSLambdaBasicExecutionRole|AWSXRayDaemonWriteAccess|AmazonAPIGatewayPushToCloudWatchLogs)$/;

const REMEMBERED_DECISIONS = 10_000;

/** The roles of all stacks with their policies and keys. */
export class Roles {
  readonly #seed: Buffer;
  readonly #roles = new Map<string, Role>();
  readonly #byAccessKey = new Map<string, Role>();
  readonly #statements = new Map<string, Statement[]>();
  readonly #managed = new Map<string, readonly Statement[]>();
  /** Decisions since the last change of a role or policy, by role, action and resource. */
  readonly #decisions = new Map<string, boolean>();

  /** `seed` is the state folder's secret: keys are derived from it. */
  constructor(seed: Buffer) {
    this.#seed = seed;
  }

  add(name: string, arn: string, apiRole?: string): Role {
    const role = { name, arn, apiRole, key: makeKey(this.#seed, name) };
    this.#roles.set(name, role);
    this.#byAccessKey.set(role.key.accessKeyId, role);
    this.#statements.set(name, []);
    this.#decisions.clear();
    return role;
  }

  /** Adds a policy document to a role; `where` names the document in errors. */
  attach(roleName: string, document: unknown, where: string): void {
    this.#statementsOf(roleName, where).push(...parsePolicy(document, where));
  }

  /** Declares a managed policy of the templates, to be attached by its ARN. */
  addManaged(policyArn: string, document: unknown, where: string): void {
    this.#managed.set(policyArn, parsePolicy(document, where));
  }

  attachManaged(roleName: string, policyArn: string, where: string): void {
    const managed = this.#managed.get(policyArn);
    if (managed !== undefined) this.#statementsOf(roleName, where).push(...managed);
    else if (!HARMLESS_MANAGED_POLICIES.test(policyArn)) {
      throw new Error(`${where}: expected a managed policy the local cloud knows, was ${policyArn}`);
    }
  }

  byArn(arn: string): Role {
    const role = this.#roles.get(arn.slice(arn.lastIndexOf('/') + 1));
    if (role === undefined) throw new Error(`expected the ARN of a role of the templates, was ${arn}`);
    return role;
  }

  byAccessKey(accessKeyId: string): Role | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }

  /** The role whose template carries the tag `oi-loop:api-role` with this value. */
  byApiRole(apiRole: string): Role | undefined {
    return [...this.#roles.values()].find((role) => role.apiRole === apiRole);
  }

  #statementsOf(roleName: string, where: string): Statement[] {
    const statements = this.#statements.get(roleName);
    if (statements === undefined) throw new Error(`${where}: expected the name of a role, was ${roleName}`);
    // Whoever asks for them adds to them.
    this.#decisions.clear();
    return statements;
  }

  /** A decision that rests on action and resource alone is made once. */
  isAllowed(role: Role, request: AccessRequest): boolean {
    if (request.context !== undefined || request.isAnyResource === true) return this.#decide(role, request);
    const question = JSON.stringify([role.name, request.action, request.resource]);
    const known = this.#decisions.get(question);
    if (known !== undefined) return known;
    const decided = this.#decide(role, request);
    if (this.#decisions.size >= REMEMBERED_DECISIONS) this.#decisions.clear();
    this.#decisions.set(question, decided);
    return decided;
  }

  #decide(role: Role, request: AccessRequest): boolean {
    return isAllowed(this.#statements.get(role.name) ?? [], request);
  }
}

function makeKey(seed: Buffer, roleName: string): AccessKey {
  const bytes = createHmac('sha256', seed).update(`id:${roleName}`).digest();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const accessKeyId = `AKIA${[...bytes.subarray(0, 16)].map((byte) => alphabet[byte % 32]).join('')}`;
  const secretAccessKey = createHmac('sha256', seed)
    .update(`secret:${roleName}`)
    .digest('base64')
    .slice(0, 40);
  return { accessKeyId, secretAccessKey };
}
