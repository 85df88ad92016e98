import { createHmac } from 'node:crypto';
import { join, resolve } from 'node:path';
import { keepClock } from './clock/kept.ts';
import { realClock, type SwitchableClock } from './clock/switchable.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { type Deployment, deploy } from './cloudformation/deploy.ts';
import { resourceHandlers } from './cloudformation/handlers.ts';
import type { CloudIdentity } from './cloudformation/identity.ts';
import { type CloudServices, closeServices, openServices, startServices } from './cloudformation/services.ts';
import { type ControlOptions, handleControl } from './control/control.ts';
import { describeCloud } from './control/describe.ts';
import {
  type ApiRole,
  type EndpointFile,
  removeEndpointFile,
  writeEndpointFile,
} from './control/endpoint-file.ts';
import { listOutbox } from './control/outbox.ts';
import { SlackSink } from './control/slack-sink.ts';
import { openStateFolder, type StateFolder } from './control/state-folder.ts';
import { createRouter } from './http/router.ts';
import { type HttpServer, startServer } from './http/server.ts';
import { routeToService } from './http/service-router.ts';
import type { AccessKey, Roles } from './iam/roles.ts';
import { clientEnvironment } from './lambda/environment.ts';
import { LogFile } from './lambda/log-file.ts';
import { readImage } from './sagemaker/image.ts';

export interface StartOptions {
  /** Folder of the synthesised CDK app. */
  readonly cdkOut: string;
  /** Folder of all state; made when missing, one running cloud each. */
  readonly directory: string;
  /** First port to try on 127.0.0.1; 4570 unless given, 0 for any. */
  readonly port?: number;
  /** The machine's time unless given; it is not closed here. */
  readonly clock?: SwitchableClock;
}

/** A running cloud. */
export interface Cloud extends Omit<EndpointFile, 'pid'> {
  readonly clock: SwitchableClock;
  readonly services: CloudServices;
  close(): Promise<void>;
}

const PREFERRED_PORT = 4570;
const ACCOUNT_ID = '000000000000';
const REGION = 'ap-south-1';
const API_ROLES: readonly ApiRole[] = ['tracker', 'operator', 'viewer'];

/**
 * Runs the synthesised app: state from `directory`, every resource of the templates, one port. Errors name what
 * the templates hold that cannot be run, or who holds the folder.
 *
 * @example const cloud = await startCloud({ cdkOut: 'cdk.out', directory: '.oi' });
 */
export async function startCloud(options: StartOptions): Promise<Cloud> {
  const directory = resolve(options.directory);
  const stops: (() => unknown)[] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const assembly = await readAssembly(resolve(options.cdkOut));
    const folder = openStateFolder(directory);
    stops.push(() => folder.close());
    const log = new LogFile(join(directory, 'logs'), 'cloud');
    stops.push(() => log.close());
    const onError = (error: unknown) =>
      log.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const clock = options.clock ?? realClock({ onTaskError: onError });
    if (options.clock === undefined) stops.push(() => clock.close());
    stops.push(keepClock(clock, join(directory, 'clock.json')));
    const server = await startServer({
      port: options.port ?? PREFERRED_PORT,
      nowMs: () => clock.nowMs(),
      onError,
    });
    stops.push(() => server.close());
    const identity = { accountId: ACCOUNT_ID, region: REGION, endpoint: `http://127.0.0.1:${server.port}` };
    const services = await openServices({ directory, identity, clock, seed: folder.seed, onError });
    stops.push(() => closeServices(services));
    const deployment = await deployAll(assembly, services, identity, folder);
    const published = publish(identity, services.roles, deployment, folder);
    route(server, { directory, clock, services, identity, deployment, published });
    await startServices(services);
    writeEndpointFile(directory, published);
    stops.push(() => removeEndpointFile(directory));
    return { ...published, clock, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function deployAll(
  assembly: Awaited<ReturnType<typeof readAssembly>>,
  services: CloudServices,
  identity: CloudIdentity,
  folder: StateFolder,
): Promise<Deployment> {
  const subscriptions: string[] = [];
  const schedules: string[] = [];
  const handlers = resourceHandlers({
    services,
    identity,
    assets: assembly.assets,
    folder,
    onSubscribed: (subscriptionArn) => subscriptions.push(subscriptionArn),
    onScheduled: (name) => schedules.push(name),
  });
  for (const [tag, { folder: source, dockerFile }] of assembly.images) {
    services.sagemaker.addImage(tag, readImage(source, dockerFile));
  }
  const deployment = await deploy(assembly.stacks, handlers, identity);
  removeGone(folder, 'subscriptions', subscriptions, (arn) => services.sns.unsubscribe(arn));
  removeGone(folder, 'schedules', schedules, (name) => services.scheduler.deleteSchedule(name));
  return deployment;
}

/** Takes away what an earlier start declared and this one does not, and remembers what this one does. */
function removeGone(
  folder: StateFolder,
  kind: string,
  declared: readonly string[],
  remove: (id: string) => void,
): void {
  const before = JSON.parse(folder.recall(kind) ?? '[]') as string[];
  for (const gone of before.filter((id) => !declared.includes(id))) remove(gone);
  folder.remember(kind, JSON.stringify(declared));
}

function publish(
  identity: CloudIdentity,
  roles: Roles,
  deployment: Deployment,
  folder: StateFolder,
): EndpointFile {
  const keys: Partial<Record<ApiRole, AccessKey>> = {};
  for (const apiRole of API_ROLES) {
    const role = roles.byApiRole(apiRole);
    if (role !== undefined) keys[apiRole] = role.key;
  }
  return {
    endpoint: identity.endpoint,
    region: identity.region,
    keys,
    environment: keys.operator === undefined ? {} : clientEnvironment(identity, keys.operator),
    outputs: deployment.outputs,
    pid: process.pid,
    token: createHmac('sha256', folder.seed).update('control').digest('base64url'),
  };
}

interface Routed {
  readonly directory: string;
  readonly clock: SwitchableClock;
  readonly services: CloudServices;
  readonly identity: CloudIdentity;
  readonly deployment: Deployment;
  readonly published: EndpointFile;
}

function route(
  server: HttpServer,
  { directory, clock, services, identity, deployment, published }: Routed,
): void {
  const control: ControlOptions = {
    token: published.token,
    clock,
    slack: new SlackSink(join(directory, 'slack.jsonl')),
    fedQueues: () => services.eventSources.list(),
    status: () => describeCloud(services, deployment, published),
    outbox: () => listOutbox(join(directory, 'sns', 'outbox')),
  };
  const { roles } = services;
  server.use(
    createRouter({
      services: (request) => routeToService(request, { identity, clock, roles, services }),
      control: (request) => handleControl(request, control),
      gateway: (request) => services.gateway.handle(request),
    }),
  );
}
