import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SwitchableClock } from '../../clock/switchable.ts';
import { arn } from '../../cloudformation/arn.ts';
import { LogFile } from '../../lambda/log-file.ts';
import { ServiceError } from '../../sqs/service-error.ts';
import { type ContainerCloud, containerEnvironment } from '../environment.ts';
import type { TrainingImage } from '../image.ts';
import { type Answered, ModelServer } from './model-server.ts';
import { parseCreateEndpoint, parseCreateEndpointConfig, parseCreateModel } from './request.ts';
import { EndpointStore, type Kind, type Stored } from './store.ts';

/** A container that ends before it was ever ready is started so often. */
const ATTEMPTS = 3;
/** Between two starts of a container that ended; doubled each time. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface EndpointsOptions extends ContainerCloud {
  readonly directory: string;
  readonly logDirectory: string;
  readonly clock: SwitchableClock;
  /** An object with the rights of a role. Throws when it may not be read or is not there. */
  readonly readObject: (roleArn: string, bucket: string, key: string) => Promise<Buffer>;
  readonly imageOf: (uri: string) => TrainingImage | undefined;
}

interface Running {
  /** Ends the container's supervision. */
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  /** Ready to be asked; absent while it starts. */
  server?: ModelServer;
}

/** SageMaker's models, endpoint configurations and endpoints: a process of this machine for each endpoint. */
export class Endpoints {
  readonly #options: EndpointsOptions;
  readonly #store: EndpointStore;
  readonly #running = new Map<string, Running>();

  constructor(options: EndpointsOptions) {
    this.#options = options;
    this.#store = new EndpointStore(options.directory);
  }

  /** Starts what an earlier process left. */
  start(): void {
    for (const name of this.#store.endpointNames()) {
      if (this.describe('endpoint', name).status !== 'Failed') this.#run(name);
    }
  }

  createModel(input: unknown): Stored<'model'> {
    const request = parseCreateModel(input);
    const { Image } = request.PrimaryContainer;
    if (this.#options.imageOf(Image) === undefined) {
      throw new ServiceError(
        'ValidationException',
        `Image: expected an image of the templates, was ${Image}`,
      );
    }
    this.#assertRole(request.ExecutionRoleArn);
    return this.#insert('model', request.ModelName, request, null);
  }

  createEndpointConfig(input: unknown): Stored<'endpoint-config'> {
    const request = parseCreateEndpointConfig(input);
    this.describe('model', request.ProductionVariants[0].ModelName);
    return this.#insert('endpoint-config', request.EndpointConfigName, request, null);
  }

  createEndpoint(input: unknown): Stored<'endpoint'> {
    const request = parseCreateEndpoint(input);
    this.describe('endpoint-config', request.EndpointConfigName);
    const created = this.#insert('endpoint', request.EndpointName, request, 'Creating');
    this.#run(created.name);
    return created;
  }

  /** @throws ServiceError ValidationException when there is none. */
  describe<K extends Kind>(kind: K, name: string): Stored<K> {
    const found = this.#store.find(kind, name);
    if (found !== undefined) return found;
    const what = arn(this.#options.identity, 'sagemaker', `${kind}/${name.toLowerCase()}`);
    throw new ServiceError('ValidationException', `Could not find ${kind} "${what}".`);
  }

  async remove(kind: Kind, name: string): Promise<void> {
    const { name: stored } = this.describe(kind, name);
    this.#store.remove(kind, stored);
    const running = this.#running.get(stored);
    if (kind !== 'endpoint' || running === undefined) return;
    running.abort.abort();
    await running.ended;
  }

  /**
   * What the endpoint's container answers.
   * @throws ServiceError ValidationError when there is none in service, ServiceUnavailable while its container starts
   */
  async invoke(name: string, body: Buffer, headers: Readonly<Record<string, string>>): Promise<Answered> {
    const endpoint = this.#store.find('endpoint', name);
    if (endpoint?.status !== 'InService') {
      throw new ServiceError('ValidationError', `Endpoint ${name} of account not found or not in service.`);
    }
    const server = this.#running.get(endpoint.name)?.server;
    const answered = await server?.invoke(body, headers).catch(() => undefined);
    if (answered !== undefined) return answered;
    throw new ServiceError('ServiceUnavailable', `The container of ${name} does not answer.`, 503);
  }

  /** The process of an endpoint that can be asked. */
  pidOf(name: string): number | undefined {
    return this.#running.get(name)?.server?.pid;
  }

  setTime(): void {
    for (const { server } of this.#running.values()) server?.setTime(this.#simulatedMs());
  }

  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { abort } of all) abort.abort();
    await Promise.all(all.map(({ ended }) => ended));
    this.#store.close();
  }

  #insert<K extends Kind>(
    kind: K,
    name: string,
    request: Stored<K>['request'],
    status: Stored<K>['status'],
  ): Stored<K> {
    const { identity, clock } = this.#options;
    const own = arn(identity, 'sagemaker', `${kind}/${name.toLowerCase()}`);
    if (this.#store.find(kind, name) !== undefined) {
      throw new ServiceError('ValidationException', `Cannot create already existing ${kind} "${own}".`);
    }
    this.#store.insert({ kind, name, arn: own, request, status, createdMs: clock.nowMs() });
    return this.describe(kind, name);
  }

  #assertRole(roleArn: string): void {
    try {
      this.#options.keyOf(roleArn);
    } catch (error) {
      throw new ServiceError('ValidationException', `ExecutionRoleArn: ${(error as Error).message}`);
    }
  }

  #run(name: string): void {
    const abort = new AbortController();
    const ready = Promise.withResolvers<void>();
    const running: Running = { abort, ended: this.#supervise(name, abort.signal, ready.resolve) };
    this.#running.set(name, running);
    // The time stands still until the endpoint is in service, or has failed.
    void this.#options.clock.track(Promise.race([ready.promise, running.ended]));
    void running.ended.then(() => this.#running.delete(name));
  }

  /** Keeps the endpoint's container running until it is removed, or has never become ready. */
  async #supervise(name: string, signal: AbortSignal, onReady: () => void): Promise<void> {
    const log = new LogFile(this.#options.logDirectory, `endpoint-${name}`);
    let pauseMs = PAUSE_MS;
    for (let failures = 0; failures < ATTEMPTS && !signal.aborted; ) {
      const wasReady = await this.#serveOnce(name, signal, log, onReady).catch((error: unknown) => {
        log.write(`${String(error)}\n`);
        return false;
      });
      // What was in service once is started for ever, as SageMaker does.
      if (wasReady) [failures, pauseMs] = [0, PAUSE_MS];
      else if (this.#store.find('endpoint', name)?.status === 'Creating') failures += 1;
      // It is down, which is no reason for the time to stand still.
      else onReady();
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    await log.close();
    if (signal.aborted) return;
    const reason = `The primary container for production variant of ${name} did not pass the ping health check.`;
    this.#store.setStatus(name, 'Failed', reason, this.#options.clock.nowMs());
  }

  /** One life of the container. @returns whether it was ever ready */
  async #serveOnce(name: string, signal: AbortSignal, log: LogFile, onReady: () => void): Promise<boolean> {
    const server = await this.#startServer(name, log);
    const stop = () => void server.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const isReady = await server.becomesReady();
    const running = this.#running.get(name);
    if (isReady && running !== undefined && !signal.aborted) {
      running.server = server;
      if (this.describe('endpoint', name).status === 'Creating') {
        this.#store.setStatus(name, 'InService', null, this.#options.clock.nowMs());
      }
      onReady();
    } else await server.stop();
    await server.exited;
    signal.removeEventListener('abort', stop);
    delete running?.server;
    return isReady;
  }

  async #startServer(name: string, log: LogFile): Promise<ModelServer> {
    const { directory, imageOf, readObject } = this.#options;
    const { EndpointConfigName } = this.describe('endpoint', name).request;
    const { ModelName } = this.describe('endpoint-config', EndpointConfigName).request.ProductionVariants[0];
    const { ExecutionRoleArn, PrimaryContainer } = this.describe('model', ModelName).request;
    const image = imageOf(PrimaryContainer.Image);
    if (image === undefined) throw new Error('the image is not in the templates any more');
    const folder = join(directory, 'endpoints', name);
    const { host, pathname } = new URL(PrimaryContainer.ModelDataUrl);
    const model = await readObject(ExecutionRoleArn, host, decodeURIComponent(pathname.slice(1)));
    const own = containerEnvironment(ExecutionRoleArn, image, this.#options, this.#simulatedMs(), folder);
    const environment = { ...own, ...PrimaryContainer.Environment };
    return ModelServer.start({ image, folder, model, environment, log: (chunk) => log.write(chunk) });
  }

  #simulatedMs(): number | null {
    const { mode, nowMs } = this.#options.clock.status();
    return mode === 'simulated' ? nowMs : null;
  }
}
