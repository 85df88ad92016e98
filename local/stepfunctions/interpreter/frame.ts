import type { Block, State } from '../definition/types.ts';
import { StateFailure } from '../state-failure.ts';
import type { Frame } from '../store/frames.ts';
import { Hold } from './hold.ts';
import { type Position, type Run, recordEvent, saveFrame, type Transition } from './run.ts';

export interface FrameStart {
  readonly path: string;
  readonly input: unknown;
  readonly item?: NonNullable<Frame['item']>;
  /** The history event the frame's own events follow. */
  readonly lastEventId: number;
}

/** Where a frame runs: its block of states, the variables around it, and what may abort it. */
export interface FrameSetting {
  readonly run: Run;
  readonly block: Block;
  readonly outer: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/**
 * Runs a frame to its end and resolves with its output; rejects with a StateFailure when it fails, and with the
 * signal's reason when it is aborted. A frame that a former process left behind goes on where it stood.
 */
export async function runFrame(setting: FrameSetting, start: FrameStart): Promise<unknown> {
  const { run } = setting;
  const hold = new Hold(run.interpreter.clock);
  try {
    const known = run.interpreter.store.frames.load(run.execution.arn, start.path);
    const frame = known ?? newFrame(setting, start);
    const position: Position = { run, frame, outer: setting.outer, signal: setting.signal, hold };
    if (known === undefined) enter(position, setting.block, setting.block.StartAt);
    return await runStates(position, setting.block);
  } finally {
    hold.close();
  }
}

function newFrame({ run, block }: FrameSetting, { path, input, item, lastEventId }: FrameStart): Frame {
  return {
    path,
    state: block.StartAt,
    input,
    variables: {},
    enteredMs: run.interpreter.clock.nowMs(),
    visit: 0,
    progress: { attempt: 0, retries: [] },
    lastEventId,
    ...(item === undefined ? {} : { item }),
  };
}

/** Writes down that the frame is now in the state `name`. */
function enter(position: Position, block: Block, name: string): void {
  const { run, frame } = position;
  frame.state = name;
  frame.enteredMs = run.interpreter.clock.nowMs();
  frame.visit += 1;
  frame.progress = { attempt: 0, retries: [] };
  run.interpreter.store.transaction(() => {
    recordEvent(position, `${stateOf(block, name).Type}StateEntered`, {
      stateEnteredEventDetails: { name, input: JSON.stringify(frame.input) },
    });
    saveFrame(position);
  });
}

function stateOf(block: Block, name: string): State {
  const state = block.States[name];
  if (state === undefined) throw new Error(`expected a state of the block, was "${name}"`);
  return state;
}

async function runStates(position: Position, block: Block): Promise<unknown> {
  const { frame, signal } = position;
  while (frame.outcome === undefined) {
    const state = stateOf(block, frame.state);
    try {
      const transition = await position.run.interpreter.runState(position, state);
      signal.throwIfAborted();
      commit(position, block, state, transition);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof StateFailure)) throw thrown;
      frame.outcome = { error: thrown.error, cause: thrown.causeText };
      saveFrame(position);
    }
  }
  if ('error' in frame.outcome) throw new StateFailure(frame.outcome.error, frame.outcome.cause);
  return frame.outcome.output;
}

/** One transition, whole or not at all: the state is left, its inner frames are dropped, the next is entered. */
function commit(position: Position, block: Block, state: State, transition: Transition): void {
  const { run, frame } = position;
  const { store } = run.interpreter;
  store.transaction(() => {
    recordEvent(position, `${state.Type}StateExited`, {
      stateExitedEventDetails: { name: frame.state, output: JSON.stringify(transition.output) },
    });
    if (frame.progress.token !== undefined) store.tokens.close(frame.progress.token);
    store.frames.deleteBelow(run.execution.arn, frame.path);
    Object.assign(frame.variables, transition.assign);
    if (transition.next === null) {
      frame.outcome = { output: transition.output };
      saveFrame(position);
    } else {
      frame.input = transition.output;
      enter(position, block, transition.next);
    }
  });
}
