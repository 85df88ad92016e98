import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { NotFound, RejectedInput } from '../shared/errors.ts';

/** Where the environments' own files live: `.oi/env/<name>/`, or elsewhere if `OI_ENVIRONMENTS` says so. */
export const ENVIRONMENTS = resolve(
  process.env['OI_ENVIRONMENTS'] ?? join(import.meta.dirname, '..', '.oi', 'env'),
);

/** The queues between the stages, in the order of the journey; what else a deployment tells reads the bus. */
const STAGE_QUEUES = ['to-batch', 'to-feature', 'to-score', 'to-shadow', 'to-audit', 'to-alert'];

const keySchema = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });
export type KeyPair = z.infer<typeof keySchema>;

/** What a running local cloud writes about itself (`endpoint.json`). */
export const localEndpointSchema = z.object({
  endpoint: z.url(),
  pid: z.number().int(),
  token: z.string(),
  region: z.string().default('ap-south-1'),
  keys: z.object({ tracker: keySchema, operator: keySchema, viewer: keySchema }),
  environment: z.record(z.string(), z.string()),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});
export type LocalEndpoint = z.infer<typeof localEndpointSchema>;

/** How to reach one environment, local or on AWS. */
export interface Connection {
  readonly name: string;
  readonly region: string;
  readonly apiEndpoint: string;
  readonly nightlyMachineArn: string;
  readonly promotionMachineArn: string;
  /** Undefined in what was deployed before one could train by hand. */
  readonly trainingMachineArn: string | undefined;
  /** Undefined in what was deployed before models could be imported. */
  readonly importMachineArn: string | undefined;
  /** What model endpoints are made with; undefined in what was deployed before there were any. */
  readonly serving:
    | {
        readonly image: string;
        readonly roleArn: string;
        /** How the names of the environment's endpoints begin. */
        readonly prefix: string;
        readonly instanceType: string;
      }
    | undefined;
  readonly tables: Readonly<Record<string, string>>;
  readonly lakeBucket: string;
  readonly auditBucket: string;
  /** URLs of the dead-letter queues by the queue they belong to, as `to-batch`; older deployments tell none. */
  readonly deadLetters: Readonly<Record<string, string>>;
  /** The key pair of a role; undefined on AWS, where the SDK's own credential chain decides. */
  keyOf(role: 'tracker' | 'operator' | 'viewer'): KeyPair | undefined;
  /** AWS_* variables for SDK clients; empty on AWS. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The state folder of a local environment. */
export function stateFolder(name: string): string {
  return join(ENVIRONMENTS, name, 'state');
}

/** The local cloud's own description, or undefined when it does not run (a kill leaves the file behind). */
export function readLocalEndpoint(name: string): LocalEndpoint | undefined {
  const file = join(stateFolder(name), 'endpoint.json');
  if (!existsSync(file)) return undefined;
  const endpoint = localEndpointSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return isCloud(endpoint.pid, name) ? endpoint : undefined;
}

/** Names of the local environments that run now. */
export function runningEnvironments(): string[] {
  if (!existsSync(ENVIRONMENTS)) return [];
  return readdirSync(ENVIRONMENTS).filter((name) => readLocalEndpoint(name) !== undefined);
}

/**
 * Finds the environment to talk to: the named one, or the only local one that runs.
 * @throws NotFound when it does not run and was not deployed; RejectedInput when several run and none was named.
 */
export function connect(name: string | undefined): Connection {
  const chosen = name ?? onlyRunning();
  const local = readLocalEndpoint(chosen);
  if (local !== undefined) return localConnection(chosen, local);
  const outputs = join(ENVIRONMENTS, chosen, 'outputs.json');
  if (existsSync(outputs)) return deployedConnection(chosen, JSON.parse(readFileSync(outputs, 'utf8')));
  throw new NotFound(
    `environment ${chosen}: expected a running local cloud or ${outputs}, was neither; ` +
      `run ./oi start --env ${chosen}, or deploy with cdk deploy --all --outputs-file .oi/env/${chosen}/outputs.json`,
  );
}

function onlyRunning(): string {
  const running = runningEnvironments();
  if (running.length > 1) {
    throw new RejectedInput(`--env: expected one of ${running.join(', ')} since several run, was none`, {
      field: 'env',
    });
  }
  return running[0] ?? 'local';
}

function localConnection(name: string, local: LocalEndpoint): Connection {
  return {
    ...fromOutputs(name, local.outputs),
    region: local.region,
    keyOf: (role) => local.keys[role],
    environment: local.environment,
  };
}

function deployedConnection(name: string, outputs: LocalEndpoint['outputs']): Connection {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'ap-south-1';
  return { ...fromOutputs(name, outputs), region, keyOf: () => undefined, environment: {} };
}

function fromOutputs(
  name: string,
  outputs: LocalEndpoint['outputs'],
): Omit<Connection, 'region' | 'keyOf' | 'environment'> {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  const output = (key: string): string => {
    const value = all[key];
    if (value === undefined)
      throw new NotFound(`environment ${name}: expected the stack output ${key}, was none`);
    return value;
  };
  return {
    name,
    apiEndpoint: output('ApiEndpoint'),
    nightlyMachineArn: output('NightlyMachineArn'),
    promotionMachineArn: output('PromotionMachineArn'),
    trainingMachineArn: all['TrainingMachineArn'],
    importMachineArn: all['ImportMachineArn'],
    serving: servingIn(all),
    lakeBucket: output('LakeBucket'),
    auditBucket: output('AuditBucket'),
    deadLetters: deadLettersIn(all),
    tables: {
      batches: output('BatchesTable'),
      datasets: output('DatasetsTable'),
      models: output('ModelsTable'),
      recommendations: output('RecommendationsTable'),
      // What was deployed before a rebuild needed it does not tell it.
      ...(all['OnlineWindowTable'] === undefined ? {} : { onlineWindow: all['OnlineWindowTable'] }),
    },
  };
}

function servingIn(outputs: Readonly<Record<string, string>>): Connection['serving'] {
  const { ServingImage: image, ServingRoleArn: roleArn } = outputs;
  const { ServingPrefix: prefix, ServingInstance: instanceType } = outputs;
  if (!image || !roleArn || !prefix || !instanceType) return undefined;
  return { image, roleArn, prefix, instanceType };
}

/** Whether the process is there and is the environment's local cloud: the pid of one that was killed may be anybody's. */
export function isCloud(pid: number, name: string): boolean {
  if (!isRunning(pid)) return false;
  // Only Linux runs a local cloud (requireLinux), and only there can a process be asked what it is.
  if (process.platform !== 'linux') return true;
  const words = commandLine(pid);
  return words.some((word) => word.endsWith('local/main.ts')) && words.includes(stateFolder(name));
}

/** The words of a process's command; none when it has just ended. */
function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const DEAD_LETTERS = 'DeadLetters';

/** Example: `{ToArchiveDeadLetters: url}` is `{'to-archive': url}`. */
export function deadLettersIn(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const told = Object.entries(outputs)
    .filter(([name]) => name.endsWith(DEAD_LETTERS))
    .map(([name, url]) => [queueName(name.slice(0, -DEAD_LETTERS.length)), url] as const);
  const inOrder = STAGE_QUEUES.flatMap((queue) => told.filter(([name]) => name === queue));
  return Object.fromEntries([...inOrder, ...told]);
}

/** Example: `ToArchive` is `to-archive`. */
function queueName(id: string): string {
  return id.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '-'}${letter.toLowerCase()}`);
}
