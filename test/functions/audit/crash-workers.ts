import { HINT_EVERY_MS, hintAudit } from '../../../functions/score/hint-audit.ts';
import { recordAnswer } from '../../../functions/score/record-answer.ts';
import { Temporary } from '../../../shared/errors.ts';
import type { MessageQueue } from '../../../shared/ports/message-queue.ts';
import type { RecommendationStore } from '../../../shared/ports/recommendation-store.ts';
import type { MemoryQueue } from '../../contract/memory-queue.ts';
import { FaultyProcess, type Weather } from '../batch/faulty-process.ts';
import { chance, type Random, whole } from '../batch/schedule-random.ts';

/** A process that answers, and what records its answers. */
interface Worker {
  readonly process: FaultyProcess;
  readonly record: ReturnType<typeof recordAnswer>;
}

interface Kept {
  readonly store: RecommendationStore;
  readonly toAudit: MemoryQueue;
}

/** The processes that answer: each goes on unless it died, and remembers when it last told the audit stage anything. */
export class CrashWorkers {
  /** Answers of which the audit stage was told nothing, since it had just been told of another one. */
  unhinted = 0;
  readonly #kept: Kept;
  readonly #workers = new Map<string, Worker>();

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** The one of that name without its number. Example: `scorer 2` is done by `scorer`. */
  of(name: string, weather: Weather): Worker {
    const kind = name.replace(/ \d+$/, '');
    const known = this.#workers.get(kind);
    if (known !== undefined && !known.process.isDead) return known;
    const process = new FaultyProcess(kind, weather);
    const worker = { process, record: this.#record(process, weather) };
    this.#workers.set(kind, worker);
    return worker;
  }

  clear(): void {
    this.#workers.clear();
  }

  #record(process: FaultyProcess, weather: Weather) {
    const toAudit = process.port(halfHearted(this.#kept.toAudit, process, weather));
    let sent = 0;
    const hint = hintAudit({
      toAudit: {
        async sendAll(refs) {
          sent++;
          await toAudit.sendAll(refs);
        },
      },
      stopwatchMs: fitfulStopwatch(weather.random),
      onUnsent: (error) => process.say(`hint not sent: ${error.message}`),
    });
    return recordAnswer({
      store: process.port(this.#kept.store),
      hint: async (ref) => {
        const before = sent;
        const hinted = hint(ref);
        if (sent === before) this.unhinted++;
        await hinted;
      },
    });
  }
}

/** Between two looks at it there is as often less as more than the gap between hints. */
function fitfulStopwatch(random: Random): () => number {
  let ms = 0;
  return () => {
    ms += whole(random, 2 * HINT_EVERY_MS);
    return ms;
  };
}

/** A queue that may take a part of what it is sent, as SQS may in batches of ten. */
export function halfHearted(
  queue: MemoryQueue,
  process: FaultyProcess,
  { random, faultRate }: Weather,
): MessageQueue {
  return {
    sendAll: async (messages) => {
      if (!chance(random, faultRate)) return queue.sendAll(messages);
      const taken = whole(random, messages.length + 1);
      process.say(`sendAll: takes ${taken} of ${messages.length}`);
      await queue.sendAll(messages.slice(0, taken));
      throw new Temporary('sendAll: not all were taken');
    },
  };
}
