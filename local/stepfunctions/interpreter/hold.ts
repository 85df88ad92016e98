import type { LocalClock } from '../../clock.ts';

/**
 * Says to the clock that a frame is busy: from its making until `close`, except inside `idleWhile`. The clock
 * moves simulated time only after an idle turn of the event loop, so that there is no gap when a wait ends.
 */
export class Hold {
  readonly #clock: LocalClock;
  #letGo: (() => void) | undefined;
  /** Counts the waits, so that one that was given up cannot make the frame busy again. */
  #wait = 0;

  constructor(clock: LocalClock) {
    this.#clock = clock;
    this.beBusy();
  }

  /** Lets simulated time move while `waiting` is pending. */
  async idleWhile<T>(waiting: Promise<T>): Promise<T> {
    this.#release();
    const wait = this.#wait;
    try {
      return await waiting;
    } finally {
      if (wait === this.#wait) this.beBusy();
    }
  }

  /** Ends the wait there may be, whether or not its promise has settled. */
  beBusy(): void {
    this.#wait += 1;
    if (this.#letGo !== undefined) return;
    const held = new Promise<void>((resolve) => {
      this.#letGo = resolve;
    });
    void this.#clock.track(held);
  }

  close(): void {
    this.#release();
  }

  #release(): void {
    this.#wait += 1;
    this.#letGo?.();
    this.#letGo = undefined;
  }
}
