/** Throttling of a stage: `rateLimit` requests a second in the long run, `burstLimit` at once. */
export interface ThrottleSettings {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** A token bucket; `nowMs` is any clock that only goes forwards. */
export class Throttle {
  readonly #settings: ThrottleSettings;
  #tokens: number;
  #filledMs: number;

  constructor(settings: ThrottleSettings, nowMs: number) {
    this.#settings = settings;
    this.#tokens = settings.burstLimit;
    this.#filledMs = nowMs;
  }

  /** Takes one token; false when there is none left, and the request must be answered 429. */
  take(nowMs: number): boolean {
    const { rateLimit, burstLimit } = this.#settings;
    const elapsedSeconds = Math.max(0, nowMs - this.#filledMs) / 1000;
    this.#tokens = Math.min(burstLimit, this.#tokens + elapsedSeconds * rateLimit);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
