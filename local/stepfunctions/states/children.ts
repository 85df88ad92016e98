import type { Block } from '../definition/types.ts';
import { runFrame } from '../interpreter/frame.ts';
import { type Position, variablesOf } from '../interpreter/run.ts';
import { StateFailure } from '../state-failure.ts';
import type { Frame } from '../store/frames.ts';

export interface Child {
  readonly block: Block;
  /** Evaluated when the child's turn comes; not asked for when a former process has begun it already. */
  readonly input: () => Promise<unknown>;
  readonly item?: NonNullable<Frame['item']>;
}

export type ChildOutcome = { readonly output: unknown } | { readonly failure: StateFailure };

export interface ChildrenOptions {
  readonly concurrency: number;
  /** Whether so many failed children end the whole state. */
  readonly isTooMany: (failed: number) => boolean;
  /** Told when child `index` begins and ends, each once, also over a restart. */
  readonly onBegin?: (index: number) => void;
  readonly onEnd?: (index: number, outcome: ChildOutcome) => void;
}

/**
 * Runs the children of a Map or Parallel state, at most `concurrency` at a time, and resolves with their outcomes
 * in order. When too many have failed, the others are aborted and it resolves with the failure that decided it.
 */
export async function runChildren(
  position: Position,
  children: readonly Child[],
  options: ChildrenOptions,
): Promise<ChildOutcome[] | StateFailure> {
  const group = new Group(position, children, options);
  const workers = Array.from({ length: Math.min(options.concurrency, children.length) }, () => group.work());
  await position.hold.idleWhile(Promise.all(workers));
  position.signal.throwIfAborted();
  return group.decided ?? group.outcomes;
}

class Group {
  readonly outcomes: ChildOutcome[] = [];
  decided: StateFailure | undefined;
  readonly #position: Position;
  readonly #children: readonly Child[];
  readonly #options: ChildrenOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #next = 0;
  #failed = 0;

  constructor(position: Position, children: readonly Child[], options: ChildrenOptions) {
    this.#position = position;
    this.#children = children;
    this.#options = options;
    this.#signal = AbortSignal.any([position.signal, this.#stop.signal]);
  }

  /** Takes one child after the other until none is left or the group is stopped. */
  async work(): Promise<void> {
    while (this.#next < this.#children.length && !this.#signal.aborted) {
      const index = this.#next;
      this.#next += 1;
      try {
        await this.#run(index, this.#children[index]!);
      } catch (thrown) {
        if (this.#signal.aborted) return;
        this.#stop.abort(thrown);
        throw thrown;
      }
    }
  }

  async #run(index: number, child: Child): Promise<void> {
    const { run, frame } = this.#position;
    const path = `${frame.path}${frame.visit}.${frame.progress.attempt}:${index}/`;
    const known = run.interpreter.store.frames.load(run.execution.arn, path);
    const input = known === undefined ? await child.input() : null;
    if (known === undefined) this.#options.onBegin?.(index);
    const outcome = await this.#outcomeOf(child, path, input);
    if (known?.outcome === undefined) this.#options.onEnd?.(index, outcome);
    this.#take(index, outcome);
  }

  #take(index: number, outcome: ChildOutcome): void {
    this.outcomes[index] = outcome;
    if (!('failure' in outcome)) return;
    this.#failed += 1;
    if (!this.#options.isTooMany(this.#failed)) return;
    this.decided = outcome.failure;
    this.#stop.abort(outcome.failure);
  }

  async #outcomeOf(child: Child, path: string, input: unknown): Promise<ChildOutcome> {
    const { run, frame } = this.#position;
    const item = child.item ?? frame.item;
    const setting = { run, block: child.block, outer: variablesOf(this.#position), signal: this.#signal };
    const start = { path, input, lastEventId: frame.lastEventId, ...(item === undefined ? {} : { item }) };
    try {
      return { output: await runFrame(setting, start) };
    } catch (thrown) {
      if (this.#signal.aborted || !(thrown instanceof StateFailure)) throw thrown;
      return { failure: thrown };
    }
  }
}
