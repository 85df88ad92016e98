import type { LocalClock } from '../../clock.ts';

/**
 * Says to the clock that a frame is busy: from its making until `release`, except inside `idleWhile`. The clock
 * moves simulated time only after an idle turn of the event loop, so that there is no gap when a wait ends.
 */
export class Hold {
  readonly #clock: LocalClock;
  #letGo: (() => void) | undefined;

  constructor(clock: LocalClock) {
    this.#clock = clock;
    this.#take();
  }

  /** Lets simulated time move while `waiting` is pending. */
  async idleWhile<T>(waiting: Promise<T>): Promise<T> {
    this.release();
    try {
      return await waiting;
    } finally {
      this.#take();
    }
  }

  release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #take(): void {
    void this.#clock.track(
      new Promise<void>((resolve) => {
        this.#letGo = resolve;
      }),
    );
  }
}
