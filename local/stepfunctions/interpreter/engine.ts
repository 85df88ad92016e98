import type { ScheduledTask } from '../../clock.ts';
import type { Machine } from '../definition/types.ts';
import { parseDefinition } from '../definition/validate.ts';
import { StateFailure } from '../state-failure.ts';
import type { ExecutionEnd, ExecutionRecord } from '../store/executions.ts';
import { runFrame } from './frame.ts';
import type { Interpreter, Run } from './run.ts';
import { Waiting } from './waiting.ts';

interface Running {
  readonly abort: AbortController;
  readonly deadline: ScheduledTask | undefined;
  readonly done: Promise<void>;
}

const ROOT = '/';

/** Runs executions up to their end, and goes on after a restart with those that had none. */
export class Engine {
  readonly #interpreter: Interpreter;
  readonly #onFinished: (execution: ExecutionRecord) => void;
  readonly #running = new Map<string, Running>();
  readonly #machines = new Map<string, Machine>();
  readonly #ends = new Waiting<ExecutionRecord>();
  #isClosing = false;

  constructor(interpreter: Interpreter, onFinished: (execution: ExecutionRecord) => void) {
    this.#interpreter = interpreter;
    this.#onFinished = onFinished;
  }

  /** Starts what the store has as running. */
  resume(): void {
    for (const execution of this.#interpreter.store.executions.running()) this.run(execution);
  }

  /** Runs an execution that is in the store already. */
  run(execution: ExecutionRecord): void {
    const abort = new AbortController();
    const { clock } = this.#interpreter;
    const { deadlineMs, arn } = execution;
    const expire = () => {
      this.#end(execution, { status: 'TIMED_OUT', stoppedMs: clock.nowMs() }, 'ExecutionTimedOut');
    };
    const deadline = deadlineMs === null ? undefined : clock.schedule(deadlineMs, expire);
    const done = this.#follow(execution, abort.signal);
    if (this.#interpreter.store.executions.get(arn)?.status === 'RUNNING') {
      this.#running.set(arn, { abort, deadline, done });
    }
  }

  /** Ends a running execution as aborted; false when it is not running. */
  stop(execution: ExecutionRecord, error: string | undefined, cause: string | undefined): boolean {
    if (this.#isClosing) return false;
    const reason = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    const stoppedMs = this.#interpreter.clock.nowMs();
    return this.#end(execution, { status: 'ABORTED', stoppedMs, ...reason }, 'ExecutionAborted');
  }

  /** Resolves with the execution once it has ended. */
  untilFinished(arn: string): Promise<ExecutionRecord> {
    const known = this.#interpreter.store.executions.get(arn);
    if (known !== undefined && known.status !== 'RUNNING') return Promise.resolve(known);
    return this.#ends.for(arn);
  }

  /** Lets go of all executions; they stay as they are in the store, for the next process. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const running = [...this.#running.values()];
    for (const { abort, deadline } of running) {
      deadline?.cancel();
      abort.abort(new Error('the service is closing'));
    }
    await Promise.all(running.map(({ done }) => done));
  }

  async #follow(execution: ExecutionRecord, signal: AbortSignal): Promise<void> {
    try {
      const output = JSON.stringify(await this.#runMachine(execution, signal));
      const stoppedMs = this.#interpreter.clock.nowMs();
      this.#end(execution, { status: 'SUCCEEDED', stoppedMs, output }, 'ExecutionSucceeded');
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = thrown instanceof StateFailure ? thrown : runtimeFailure(thrown);
      const stoppedMs = this.#interpreter.clock.nowMs();
      const end = { status: 'FAILED', stoppedMs, error: failure.error, cause: failure.causeText } as const;
      this.#end(execution, end, 'ExecutionFailed');
    }
  }

  #runMachine(execution: ExecutionRecord, signal: AbortSignal): Promise<unknown> {
    const machine = this.#machineOf(execution.definitionId);
    const machineName = execution.machineArn.split(':').at(-1)!;
    const run: Run = { interpreter: this.#interpreter, execution, machineName };
    const input: unknown = JSON.parse(execution.input);
    return runFrame({ run, block: machine, outer: {}, signal }, { path: ROOT, input, lastEventId: 1 });
  }

  #machineOf(definitionId: string): Machine {
    const known = this.#machines.get(definitionId);
    if (known !== undefined) return known;
    const machine = parseDefinition(this.#interpreter.store.machines.definition(definitionId));
    this.#machines.set(definitionId, machine);
    return machine;
  }

  #end(execution: ExecutionRecord, end: ExecutionEnd, event: string): boolean {
    const { store } = this.#interpreter;
    const { arn } = execution;
    const isEnded = store.transaction(() => {
      if (!store.executions.finish(arn, end)) return false;
      store.frames.deleteAll(arn);
      store.tokens.closeAll(arn);
      const { status: _, stoppedMs: atMs, ...details } = end;
      const field = `${event[0]!.toLowerCase()}${event.slice(1)}EventDetails`;
      const [last] = store.events.list(arn, { limit: 1, newestFirst: true });
      store.events.append(arn, {
        previousId: last?.id ?? 0,
        atMs,
        type: event,
        details: { [field]: details },
      });
      return true;
    });
    if (isEnded) this.#tell(arn);
    return isEnded;
  }

  #tell(arn: string): void {
    const running = this.#running.get(arn);
    this.#running.delete(arn);
    running?.deadline?.cancel();
    running?.abort.abort(new Error('the execution has ended'));
    const ended = this.#interpreter.store.executions.get(arn)!;
    this.#ends.settle(arn, ended);
    this.#onFinished(ended);
  }
}

function runtimeFailure(thrown: unknown): StateFailure {
  return new StateFailure('States.Runtime', thrown instanceof Error ? thrown.message : String(thrown));
}
