/** What the next call of an actor comes to. Crashes leave the call undone, done, or on its way, to be done later. */
export type Fate = 'answered' | 'busy' | 'lost' | 'crash before' | 'crash after' | 'crash in flight';

export class Crashed extends Error {
  override readonly name = 'Crashed';
}

interface Call {
  readonly execute: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One process. It stands still at each call to the outside until the scheduler lets the call happen; between two calls
 * nothing else runs.
 */
export class Actor {
  readonly name: string;
  readonly fatesOf: (next: () => number) => Fate;
  readonly pending: Call[] = [];
  ended = false;
  #crash: (error: Crashed) => void = () => {};
  #settle: () => void = () => {};

  constructor(name: string, fatesOf: (next: () => number) => Fate) {
    this.name = name;
    this.fatesOf = fatesOf;
  }

  /** A call to the outside: `execute` runs when it is this actor's turn. */
  call<T>(execute: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.pending.push({ execute, resolve: resolve as (answer: unknown) => void, reject });
      this.#settle();
    });
  }

  /** Runs a task that a crash ends at once: its code stops wherever it is, for ever. @throws Crashed then. */
  attempt<T>(task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#crash = reject;
      task().then(resolve, reject);
    });
  }

  /** Runs until it waits for a call or has ended. */
  until(run: () => void): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#settle = resolve;
      run();
      if (this.ended) resolve();
    });
  }

  end(): void {
    this.ended = true;
    this.#settle();
  }

  crash(): void {
    this.pending.length = 0;
    this.#crash(new Crashed(`${this.name}: its process ended`));
  }
}

interface Started {
  readonly actor: Actor;
  readonly body: () => Promise<void>;
}

/**
 * Runs actors to their end, call by call in an order that the numbers decide, the same for the same numbers.
 * `failure` makes the error of a call that is busy or whose answer is lost.
 */
export async function interleave(
  started: readonly Started[],
  next: () => number,
  failure: (fate: 'busy' | 'lost') => Error,
): Promise<void> {
  const failures: unknown[] = [];
  const inFlight: (() => unknown)[] = [];
  for (const { actor, body } of started) {
    const run = () =>
      void body()
        .catch((error: unknown) => failures.push(error))
        .finally(() => actor.end());
    await actor.until(run);
  }
  for (;;) {
    const waiting = started.filter(({ actor }) => !actor.ended);
    if (failures.length > 0) throw failures[0];
    if (waiting.length === 0) break;
    // What is on its way when its sender dies arrives between any two later calls, or after all of them.
    if (inFlight.length > 0 && next() < 0.3) quietly(inFlight.shift()!);
    const { actor } = waiting[Math.floor(next() * waiting.length)]!;
    await step(actor, actor.fatesOf(next), inFlight, failure);
  }
  for (const late of inFlight) quietly(late);
}

async function step(
  actor: Actor,
  fate: Fate,
  inFlight: (() => unknown)[],
  failure: (fate: 'busy' | 'lost') => Error,
): Promise<void> {
  const call = actor.pending.shift()!;
  if (fate === 'crash after') quietly(call.execute);
  if (fate === 'crash in flight') inFlight.push(call.execute);
  if (fate.startsWith('crash')) return actor.until(() => actor.crash());
  if (fate === 'lost') quietly(call.execute);
  const goOn = () => {
    if (fate === 'busy' || fate === 'lost') call.reject(failure(fate));
    else answer(call);
  };
  // With another call waiting the actor may have nothing more to say to this answer.
  if (actor.pending.length > 0) {
    goOn();
    await new Promise(setImmediate);
  } else await actor.until(goOn);
}

function answer({ execute, resolve, reject }: Call): void {
  try {
    resolve(execute());
  } catch (error) {
    reject(error);
  }
}

function quietly(execute: () => unknown): void {
  try {
    execute();
  } catch {
    // Nobody hears the answer.
  }
}
