import { Temporary } from '../../../shared/errors.ts';
import { chance, type Random, whole } from './schedule-random.ts';

/** What happens to one call of a port. */
const FAULTS = ['fails before', 'its answer is lost', 'crash before', 'crash after', 'delay'] as const;
/** Besides, where a schedule says so: the answer is lost, and the SDK asks again by itself. */
export type Fault = (typeof FAULTS)[number] | 'asked again';

/** How many turns of the event loop a delayed call waits at most: long enough for others to overtake it. */
const LONGEST_DELAY = 12;

/** A process as it dies: what it was in the middle of stops there, and nobody hears of it. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Weather {
  readonly random: Random;
  /** One fault in so many calls; 0 when the weather is fine. */
  readonly faultRate: number;
  /** The schedule so far, a line for each thing that happened. */
  readonly trace: string[];
  /** Says call by call what happens to it, in place of chance. */
  readonly choose?: (method: string) => Fault | undefined;
}

/** One run of a function. Its ports fail, hang and crash as the weather says; once it crashed nothing has effect. */
export class FaultyProcess {
  readonly #name: string;
  readonly #weather: Weather;
  #isDead = false;

  constructor(name: string, weather: Weather) {
    this.#name = name;
    this.#weather = weather;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** As an out-of-memory kill does. */
  die(): void {
    this.#isDead = true;
    this.say('dies');
  }

  say(text: string): void {
    this.#weather.trace.push(`${this.#name}: ${text}`);
  }

  /** The port as this process sees it. */
  port<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, method) => {
        const real = Reflect.get(target, method);
        if (typeof real !== 'function') return real;
        return (...parameters: unknown[]) => this.#call(String(method), () => real.apply(target, parameters));
      },
    });
  }

  /** Waits a random number of turns, so that others come in between. */
  async pause(longest = 3): Promise<void> {
    for (let turns = whole(this.#weather.random, longest + 1); turns > 0; turns--) await undefined;
  }

  async #call(method: string, real: () => Promise<unknown>): Promise<unknown> {
    await this.pause();
    const fault = this.#isDead ? undefined : this.#fault(method);
    if (fault === 'delay') await this.pause(LONGEST_DELAY);
    if (fault === 'fails before') throw new Temporary(`${method}: out of reach`);
    if (fault === 'crash before') this.#isDead = true;
    if (this.#isDead) throw new Crash(method);
    if (fault === 'asked again') await real();
    const answer = await real();
    if (fault === 'its answer is lost') throw new Temporary(`${method}: its answer is lost`);
    if (fault === 'crash after') {
      this.#isDead = true;
      throw new Crash(method);
    }
    return answer;
  }

  #fault(method: string): Fault | undefined {
    const { random, faultRate, choose } = this.#weather;
    if (choose === undefined && !chance(random, faultRate)) return undefined;
    const fault = choose === undefined ? FAULTS[whole(random, FAULTS.length)]! : choose(method);
    if (fault === undefined) return undefined;
    this.say(`${method}: ${fault}`);
    return fault;
  }
}
