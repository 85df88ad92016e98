import { setImmediate as nextTurn } from 'node:timers/promises';
import { Agenda } from './agenda.ts';
import type { LocalClock, ScheduledTask } from './contract.ts';

/** The longest delay a host timer takes; longer ones are armed again when it has passed. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface ClockStatus {
  readonly mode: 'real' | 'simulated';
  readonly nowMs: number;
  /** Tracked promises that have not settled. */
  readonly pending: number;
  /** When the next task falls due, null when none is scheduled. */
  readonly nextTaskMs: number | null;
}

export interface ClockOptions {
  /** Told of every error a scheduled task ends with; by default the error is thrown as uncaught. */
  readonly onTaskError?: (error: unknown) => void;
}

export type ClockStart = { readonly mode: 'real' } | { readonly mode: 'simulated'; readonly nowMs: number };

/** The service's clock: follows the machine's time, or a simulated time that moves only when told to. */
export interface SwitchableClock extends LocalClock {
  status(): ClockStatus;
  /**
   * Moves simulated time to `ms` at once; tasks passed over run immediately, at the new time. Refuses a time
   * before `nowMs()`, unless `rewind` says that a replay of the past is meant (only possible from real time).
   */
  setSimulated(ms: number, options?: { readonly rewind?: boolean }): void;
  /**
   * Runs every task due up to and including `ms`, each at its own time, and leaves the clock there. Time moves
   * only when no tracked promise is pending, no task is due, and a whole turn of the event loop brought no new
   * work. So a tracked promise that itself waits for a later time never settles, and a task that schedules itself
   * for the same instant again and again keeps time standing.
   */
  advanceTo(ms: number): Promise<void>;
  /** Goes back to the machine's time; the only move that may go backwards. */
  setReal(): void;
  /** Calls `listener` after each change of mode or simulated time; returns the way to unsubscribe. */
  onChange(listener: (status: ClockStatus) => void): () => void;
  /** Drops all tasks and the host timer. */
  close(): void;
}

function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

function assertTime(ms: number, what: string): void {
  if (!Number.isFinite(ms))
    throw new Error(`${what} must be a finite number of epoch milliseconds, was ${ms}`);
}

class OneClock implements SwitchableClock {
  readonly #agenda = new Agenda();
  readonly #listeners = new Set<(status: ClockStatus) => void>();
  readonly #onTaskError: (error: unknown) => void;
  /** null in real time. */
  #simulatedMs: number | null;
  #pending = 0;
  #timer: NodeJS.Timeout | undefined;
  #drainRequested = false;
  #wakeAdvance: (() => void) | undefined;
  #advances: Promise<void> = Promise.resolve();

  constructor(start: ClockStart, options: ClockOptions) {
    if (start.mode === 'simulated') assertTime(start.nowMs, 'the simulated start');
    this.#simulatedMs = start.mode === 'simulated' ? start.nowMs : null;
    this.#onTaskError = options.onTaskError ?? throwUncaught;
  }

  nowMs(): number {
    return this.#simulatedMs ?? Date.now();
  }

  schedule(atMs: number, task: () => void | Promise<void>): ScheduledTask {
    assertTime(atMs, 'the time of a task');
    const entry = this.#agenda.add(atMs, task);
    this.#arm();
    return {
      cancel: () => {
        entry.cancelled = true;
        this.#arm();
      },
    };
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.#pending += 1;
    const settled = () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#wakeAdvance?.();
    };
    work.then(settled, settled);
    return work;
  }

  status(): ClockStatus {
    const mode = this.#simulatedMs === null ? 'real' : 'simulated';
    return { mode, nowMs: this.nowMs(), pending: this.#pending, nextTaskMs: this.#agenda.nextMs() };
  }

  setSimulated(ms: number, options: { readonly rewind?: boolean } = {}): void {
    assertTime(ms, 'simulated time');
    const mayRewind = options.rewind === true && this.#simulatedMs === null;
    if (!mayRewind) this.#assertForwards(ms);
    this.#moveTo(ms);
  }

  setReal(): void {
    this.#moveTo(null);
  }

  advanceTo(ms: number): Promise<void> {
    const advance = this.#advances.then(() => this.#advance(ms));
    this.#advances = advance.catch(() => {});
    return advance;
  }

  onChange(listener: (status: ClockStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#agenda.clear();
    clearTimeout(this.#timer);
  }

  async #advance(targetMs: number): Promise<void> {
    assertTime(targetMs, 'the time to advance to');
    if (this.#simulatedMs === null) throw new Error('only simulated time can be advanced, was real');
    this.#assertForwards(targetMs);
    for (;;) {
      await this.#untilIdle();
      if (this.#simulatedMs === null) throw new Error('time was advanced, but the clock went back to real');
      const nextMs = Math.min(this.#agenda.nextMs() ?? targetMs, targetMs);
      if (nextMs > this.#simulatedMs) this.#moveTo(nextMs);
      else if (this.#simulatedMs >= targetMs) return;
    }
  }

  /** Runs what is due until nothing is due or pending, and a turn of the event loop has brought nothing new. */
  async #untilIdle(): Promise<void> {
    do {
      this.#runDue();
      if (this.#pending > 0) await this.#untilWoken();
      await nextTurn();
    } while (this.#pending > 0 || this.#isTaskDue());
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeAdvance = () => {
        this.#wakeAdvance = undefined;
        resolve();
      };
    });
  }

  #isTaskDue(): boolean {
    return (this.#agenda.nextMs() ?? Number.POSITIVE_INFINITY) <= this.nowMs();
  }

  /** Runs what is due now; what these tasks make due has its turn later, so that none can starve the process. */
  #runDue(): void {
    const due = this.#agenda.takeAllDue(this.nowMs());
    for (const entry of due) {
      if (!entry.cancelled) this.#run(entry.task);
    }
  }

  #run(task: () => void | Promise<void>): void {
    try {
      const outcome = task();
      if (outcome !== undefined) this.track(outcome.catch(this.#onTaskError));
    } catch (error) {
      this.#onTaskError(error);
    }
  }

  #moveTo(simulatedMs: number | null): void {
    this.#simulatedMs = simulatedMs;
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
    this.#arm();
  }

  #assertForwards(ms: number): void {
    if (ms >= this.nowMs()) return;
    const now = new Date(this.nowMs()).toISOString();
    throw new Error(`time goes forwards only: expected ${now} or later, was ${new Date(ms).toISOString()}`);
  }

  /** Makes sure that something will run the next task: the host timer, or at once when it is due already. */
  #arm(): void {
    clearTimeout(this.#timer);
    const nextMs = this.#agenda.nextMs();
    if (nextMs === null) return;
    const delayMs = nextMs - this.nowMs();
    if (delayMs <= 0) this.#requestDrain();
    else if (this.#simulatedMs === null) {
      this.#timer = setTimeout(() => this.#drain(), Math.min(delayMs, LONGEST_TIMER_MS));
    }
  }

  #requestDrain(): void {
    if (this.#drainRequested) return;
    this.#drainRequested = true;
    setImmediate(() => {
      this.#drainRequested = false;
      this.#drain();
    });
  }

  #drain(): void {
    this.#runDue();
    this.#arm();
  }
}

/**
 * One clock for the whole service, real or simulated at first.
 * @example createClock({ mode: 'simulated', nowMs: Date.UTC(2025, 11, 4) }).nowMs() // 1764806400000
 */
export function createClock(start: ClockStart, options: ClockOptions = {}): SwitchableClock {
  return new OneClock(start, options);
}

/** A clock on the machine's time. */
export function realClock(options: ClockOptions = {}): SwitchableClock {
  return createClock({ mode: 'real' }, options);
}

/** A clock that stands at `startMs` (epoch milliseconds) until `advanceTo` or `setSimulated` moves it. */
export function simulatedClock(startMs: number, options: ClockOptions = {}): SwitchableClock {
  return createClock({ mode: 'simulated', nowMs: startMs }, options);
}
