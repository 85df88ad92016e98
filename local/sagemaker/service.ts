import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SwitchableClock } from '../clock/switchable.ts';
import { arn } from '../cloudformation/arn.ts';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { AccessKey } from '../iam/roles.ts';
import { LogFile } from '../lambda/log-file.ts';
import type { LocalRequest, LocalResponse } from '../service.ts';
import { answerJson, type Operation } from '../sqs/aws-json.ts';
import { ServiceError } from '../sqs/service-error.ts';
import { Waiting } from '../stepfunctions/interpreter/waiting.ts';
import { Container } from './container.ts';
import type { SageMakerService } from './contract.ts';
import { describe } from './describe.ts';
import { Endpoints, type EndpointsOptions } from './endpoints/endpoints.ts';
import { invokedEndpoint } from './endpoints/invoked.ts';
import { endpointOperations } from './endpoints/operations.ts';
import { invokeEndpoint } from './endpoints/runtime.ts';
import { jobEnvironment } from './environment.ts';
import type { TrainingImage } from './image.ts';
import { parseCreateTrainingJob, trainingJobName } from './request.ts';
import { type JobEnd, JobStore, type TrainingJob } from './store.ts';

/** SageMaker waits so long between asking a container to end and killing it. */
const GRACE_MS = 120_000;

export interface SageMakerOptions {
  /** State folder: the jobs, and what is /opt/ml for each while it runs. */
  readonly directory: string;
  readonly logDirectory: string;
  readonly clock: SwitchableClock;
  readonly identity: CloudIdentity;
  /** The key of a role by its ARN. Throws when there is no such role. */
  readonly keyOf: (roleArn: string) => AccessKey;
  /** An object with the rights of a role; endpoints read their models so. */
  readonly readObject: EndpointsOptions['readObject'];
  /** Real time between SIGTERM and SIGKILL; two minutes unless given. */
  readonly graceMs?: number;
}

interface Running {
  readonly container: Container;
  /** Why it was asked to end, once it was. */
  stoppedAs?: 'Stopped' | 'MaxRuntimeExceeded';
  killTimer?: NodeJS.Timeout;
}

/** @example createSageMaker({ directory: '.oi/sagemaker', logDirectory: '.oi/logs', clock, identity, keyOf }) */
export function createSageMaker(options: SageMakerOptions): SageMakerService {
  return new SageMaker(options);
}

class SageMaker implements SageMakerService {
  readonly #options: SageMakerOptions;
  readonly #store: JobStore;
  readonly #images = new Map<string, TrainingImage>();
  readonly #running = new Map<string, Running>();
  readonly #ends = new Waiting<TrainingJob>();
  readonly #endpoints: Endpoints;
  readonly #unsubscribe: () => void;
  #isClosing = false;

  constructor(options: SageMakerOptions) {
    this.#options = options;
    this.#store = new JobStore(options.directory);
    this.#endpoints = new Endpoints({ ...options, imageOf: (uri) => this.#imageOf(uri) });
    this.#unsubscribe = options.clock.onChange(() => {
      for (const { container } of this.#running.values()) container.setTime(this.#simulatedMs());
      this.#endpoints.setTime();
    });
  }

  addImage(tag: string, image: TrainingImage): void {
    this.#images.set(tag, image);
  }

  createTrainingJob(input: unknown, attemptId: string | null = null): TrainingJob {
    const request = parseCreateTrainingJob(input);
    const name = request.TrainingJobName;
    const known = this.#store.find(name);
    if (known !== undefined && attemptId !== null && known.attemptId === attemptId) return known;
    if (known !== undefined) {
      throw new ServiceError('ResourceInUse', `expected a name that no training job has, was ${known.arn}`);
    }
    this.#assertRunnable(request.AlgorithmSpecification.TrainingImage, request.RoleArn);
    const { clock, identity } = this.#options;
    const jobArn = arn(identity, 'sagemaker', `training-job/${name.toLowerCase()}`);
    this.#store.insert({ name, arn: jobArn, request, attemptId, createdMs: clock.nowMs() });
    this.#run(this.describeTrainingJob(name));
    return this.describeTrainingJob(name);
  }

  describeTrainingJob(name: string): TrainingJob {
    const job = this.#store.find(name);
    if (job === undefined)
      throw new ServiceError('ValidationException', `Requested resource not found: ${name}`);
    return job;
  }

  stopTrainingJob(name: string): void {
    if (this.#isClosing) return;
    const { status } = this.describeTrainingJob(name);
    if (status === 'Stopping') return;
    if (status !== 'InProgress') {
      const message = `The request was rejected because the training job is in status ${status}.`;
      throw new ServiceError('ValidationException', message);
    }
    this.#store.stopping(name);
    this.#stop(name, 'Stopped');
  }

  untilEnded(name: string): Promise<TrainingJob> {
    const job = this.describeTrainingJob(name);
    return job.endedMs === null ? this.#ends.for(job.name) : Promise.resolve(job);
  }

  start(): void {
    for (const job of this.#store.running()) {
      if (job.status === 'Stopping') this.#end(job.name, { status: 'Stopped', secondaryStatus: 'Stopped' });
      else this.#run(job);
    }
    this.#endpoints.start();
  }

  endpointProcess(name: string): number | undefined {
    return this.#endpoints.pidOf(name);
  }

  handle(request: LocalRequest): Promise<LocalResponse> {
    const endpoint = invokedEndpoint(request);
    if (endpoint !== undefined) return invokeEndpoint(this.#endpoints, endpoint, request);
    const seconds = (ms: number) => ms / 1000;
    const operations = new Map<string, Operation>([
      ['CreateTrainingJob', (input) => ({ TrainingJobArn: this.createTrainingJob(input).arn })],
      ['DescribeTrainingJob', (input) => describe(this.describeTrainingJob(trainingJobName(input)), seconds)],
      ['StopTrainingJob', (input) => this.stopTrainingJob(trainingJobName(input))],
      ...endpointOperations(this.#endpoints),
    ]);
    return answerJson(request, { target: 'SageMaker', version: '1.1', operations });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#unsubscribe();
    const containers = [...this.#running.values()].map(({ container }) => container);
    for (const container of containers) container.kill('SIGKILL');
    await Promise.all([...containers.map(({ exited }) => exited), this.#endpoints.close()]);
    this.#store.close();
  }

  #assertRunnable(image: string, roleArn: string): void {
    if (this.#imageOf(image) === undefined) {
      throw new ServiceError(
        'ValidationException',
        `TrainingImage: expected an image of the templates, was ${image}`,
      );
    }
    try {
      this.#options.keyOf(roleArn);
    } catch (error) {
      throw new ServiceError('ValidationException', `RoleArn: ${(error as Error).message}`);
    }
  }

  #imageOf(uri: string): TrainingImage | undefined {
    return this.#images.get(uri.slice(uri.lastIndexOf(':') + 1));
  }

  #run(job: TrainingJob): void {
    const { clock } = this.#options;
    const image = this.#imageOf(job.request.AlgorithmSpecification.TrainingImage);
    if (image === undefined) {
      const failureReason = 'ClientError: the image is not in the templates any more';
      this.#end(job.name, { status: 'Failed', secondaryStatus: 'Failed', failureReason });
      return;
    }
    void clock.track(this.#follow(job, image));
  }

  async #follow(job: TrainingJob, image: TrainingImage): Promise<void> {
    const log = new LogFile(this.#options.logDirectory, `training-job-${job.name}`);
    const container = new Container(job, image, {
      folder: this.#folderOf(job),
      environment: jobEnvironment(job, image, this.#options, this.#simulatedMs(), this.#folderOf(job)),
      log: (chunk) => log.write(chunk),
    });
    const running: Running = { container };
    this.#running.set(job.name, running);
    const longestMs = job.request.StoppingCondition.MaxRuntimeInSeconds * 1000;
    const timer = setTimeout(
      () => this.#stop(job.name, 'MaxRuntimeExceeded'),
      Math.min(longestMs, 2 ** 31 - 1),
    );
    const exit = await container.exited;
    clearTimeout(timer);
    clearTimeout(running.killTimer);
    this.#running.delete(job.name);
    await log.close();
    if (this.#isClosing) return;
    if (running.stoppedAs) this.#end(job.name, { status: 'Stopped', secondaryStatus: running.stoppedAs });
    else if (exit.ok) this.#end(job.name, { status: 'Completed', secondaryStatus: 'Completed' });
    else this.#end(job.name, { status: 'Failed', secondaryStatus: 'Failed', failureReason: exit.reason });
  }

  #stop(name: string, as: 'Stopped' | 'MaxRuntimeExceeded'): void {
    const running = this.#running.get(this.describeTrainingJob(name).name);
    if (running === undefined || running.stoppedAs !== undefined) return;
    running.stoppedAs = as;
    running.container.kill('SIGTERM');
    running.killTimer = setTimeout(
      () => running.container.kill('SIGKILL'),
      this.#options.graceMs ?? GRACE_MS,
    );
  }

  #end(name: string, end: JobEnd): void {
    this.#store.end(name, end, this.#options.clock.nowMs());
    this.#ends.settle(name, this.describeTrainingJob(name));
  }

  #folderOf({ name }: TrainingJob): string {
    const folder = join(this.#options.directory, 'containers', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  #simulatedMs(): number | null {
    const { mode, nowMs } = this.#options.clock.status();
    return mode === 'simulated' ? nowMs : null;
  }
}
