import type { LocalRequest, LocalResponse } from '../service.ts';
import { answer } from './api/wire.ts';
import type { StateMachine, StepFunctionsOptions, StepFunctionsService } from './contract.ts';
import { parseDefinition } from './definition/validate.ts';
import { Engine } from './interpreter/engine.ts';
import type { ChildExecutions, Interpreter } from './interpreter/run.ts';
import { type StartRequest, writeStart } from './interpreter/starts.ts';
import { Waiting } from './interpreter/waiting.ts';
import { StepFunctionsError } from './service-error.ts';
import { runState } from './states/run-state.ts';
import type { ExecutionRecord } from './store/executions.ts';
import { openStore, type Store } from './store/store.ts';
import type { TokenOutcome } from './store/tokens.ts';

export type { StateMachine, StepFunctionsOptions, StepFunctionsService } from './contract.ts';
export type { InvokeTask, TaskContext } from './interpreter/run.ts';
export type { ExecutionRecord, ExecutionStatus } from './store/executions.ts';

class Service implements StepFunctionsService {
  readonly store: Store;
  readonly #options: StepFunctionsOptions;
  readonly #engine: Engine;
  readonly #answers = new Waiting<TokenOutcome>();
  readonly #listeners = new Set<(execution: ExecutionRecord) => void>();

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
    this.store = openStore(options.directory);
    this.#engine = new Engine(this.#interpreter(), (execution) => this.#tell(execution));
  }

  createStateMachine({ name, arn, definition, timeoutS }: StateMachine): string {
    parseDefinition(definition);
    const { region, accountId, clock } = this.#options;
    const machineArn = arn ?? `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    const nowMs = clock.nowMs();
    this.store.machines.put({ arn: machineArn, name, definition, timeoutS: timeoutS ?? null, nowMs });
    return machineArn;
  }

  resume(): void {
    this.#engine.resume();
  }

  startExecution(request: StartRequest): ExecutionRecord {
    const { execution, isNew } = writeStart(this.store, this.#options.clock, request);
    if (isNew) this.#engine.run(execution);
    return execution;
  }

  stopExecution(executionArn: string, error?: string, cause?: string): ExecutionRecord {
    this.#engine.stop(this.describeExecution(executionArn), error, cause);
    return this.describeExecution(executionArn);
  }

  describeExecution(executionArn: string): ExecutionRecord {
    const execution = this.store.executions.get(executionArn);
    if (execution !== undefined) return execution;
    const message = `expected the ARN of an execution, was ${executionArn}`;
    throw new StepFunctionsError('ExecutionDoesNotExist', message);
  }

  untilFinished(executionArn: string): Promise<ExecutionRecord> {
    return this.#engine.untilFinished(this.describeExecution(executionArn).arn);
  }

  sendTaskOutcome(token: string, outcome: TokenOutcome): void {
    this.#assertOpen(token);
    this.store.tokens.answer(token, outcome);
    this.#answers.settle(token, outcome);
  }

  sendTaskHeartbeat(token: string): void {
    this.#assertOpen(token);
    this.store.tokens.heartbeat(token, this.#options.clock.nowMs());
  }

  onFinished(listener: (execution: ExecutionRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  handle(request: LocalRequest): Promise<LocalResponse> {
    return answer(this, request);
  }

  async close(): Promise<void> {
    await this.#engine.close();
    this.store.close();
  }

  #interpreter(): Interpreter {
    const { clock, seed = 'oi-loop', invokeTask } = this.#options;
    const untilAnswered = (token: string) => {
      const known = this.store.tokens.outcome(token);
      return known === undefined ? this.#answers.for(token) : Promise.resolve(known);
    };
    return {
      store: this.store,
      clock,
      seed,
      invokeTask,
      children: this.#children(),
      runState,
      untilAnswered,
    };
  }

  #children(): ChildExecutions {
    return {
      start: (stateMachineArn, name, input) =>
        this.#startOrFind(stateMachineArn, name, JSON.stringify(input)),
      untilFinished: (arn) => this.#engine.untilFinished(arn),
      stop: (arn, error, cause) => void this.#engine.stop(this.describeExecution(arn), error, cause),
    };
  }

  /** A task that is run again after a restart finds the child it had started, also when that has ended since. */
  #startOrFind(stateMachineArn: string, name: string, input: string): ExecutionRecord {
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.store.executions.get(arn);
    return known?.input === input ? known : this.startExecution({ stateMachineArn, name, input });
  }

  #assertOpen(token: string): void {
    const status = this.store.tokens.status(token);
    if (status === 'open') return;
    if (status === undefined)
      throw new StepFunctionsError('InvalidToken', 'expected a task token, was an unknown one');
    throw new StepFunctionsError('TaskTimedOut', `expected a token that is open, was ${status}`);
  }

  #tell(execution: ExecutionRecord): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(execution));
  }
}

/**
 * Opens the service on its directory. Running executions of a former process go on at `resume()`.
 * @example
 * const service = createStepFunctions({ directory, clock, invokeTask, accountId: '000000000000', region: 'ap-south-1' });
 * const stateMachineArn = service.createStateMachine({ name: 'nightly', definition });
 * service.resume();
 * service.startExecution({ stateMachineArn, input: '{"date":"2025-12-04"}' });
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctionsService {
  return new Service(options);
}
