import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-operations.ts';
import type { StateFile } from './state-file.ts';
import type { StoredMessage } from './store.ts';

/** One redrive as it is stored and listed. */
export interface MoveTask {
  readonly SourceArn: string;
  readonly DestinationArn?: string | undefined;
  readonly MaxNumberOfMessagesPerSecond?: number | undefined;
  readonly ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  readonly Status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly FailureReason?: string | undefined;
  readonly StartedTimestamp: number;
}

const SECOND_MS = 1000;
/** Without a rate everything moves at once. */
const NO_RATE = 1_000_000;

/**
 * Redrives of dead-letter queues. One with a rate moves so many messages a second of the machine's time (a simulated
 * clock may stand still), goes on after a restart, and keeps the cloud from being idle while it runs.
 */
export class MessageMoves {
  readonly #queues: QueueDirectory;
  readonly #store: StateFile;
  readonly #clock: LocalClock;
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly done: () => void }>();

  constructor(queues: QueueDirectory, store: StateFile, clock: LocalClock) {
    this.#queues = queues;
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether a redrive of the queue is under way. */
  isMoving(source: Queue): boolean {
    return this.list(source, 1).some(({ task }) => task.Status === 'RUNNING');
  }

  /** Begins a redrive and moves its first second's messages. @returns the task's handle */
  start(source: Queue, destinationArn?: string, perSecond?: number): string {
    const handle = randomUUID();
    const task: MoveTask = {
      SourceArn: this.#queues.arn(source.settings.name),
      DestinationArn: destinationArn,
      MaxNumberOfMessagesPerSecond: perSecond,
      ApproximateNumberOfMessagesMoved: 0,
      ApproximateNumberOfMessagesToMove: source.depth().visible,
      Status: 'RUNNING',
      StartedTimestamp: this.#clock.nowMs(),
    };
    this.#store.run('INSERT INTO moves VALUES (?, ?, ?)', handle, source.settings.name, JSON.stringify(task));
    this.#advance(handle, source, task);
    return handle;
  }

  /** Goes on with what a stop or a kill interrupted. */
  resume(): void {
    const rows = this.#store.all<{ handle: string; source: string; task: string }>('SELECT * FROM moves');
    for (const { handle, source, task } of rows) {
      const stored: MoveTask = JSON.parse(task);
      if (stored.Status === 'RUNNING') this.#advance(handle, this.#queues.byName(source), stored);
    }
  }

  /** Newest first. */
  list(source: Queue, max: number): { readonly handle: string; readonly task: MoveTask }[] {
    const rows = this.#store.all<{ handle: string; task: string }>(
      'SELECT handle, task FROM moves WHERE source = ? ORDER BY rowid DESC LIMIT ?',
      source.settings.name,
      max,
    );
    return rows.map(({ handle, task }) => ({ handle, task: JSON.parse(task) }));
  }

  /** Stops a running task where it stands. @returns the task, or undefined when none runs under this handle */
  cancel(handle: string): MoveTask | undefined {
    const row = this.#store.get<{ task: string }>('SELECT task FROM moves WHERE handle = ?', handle);
    const task: MoveTask | undefined = row === undefined ? undefined : JSON.parse(row.task);
    if (task?.Status !== 'RUNNING') return undefined;
    this.#end(handle, { ...task, Status: 'CANCELLED' });
    return task;
  }

  close(): void {
    for (const { timer, done } of this.#timers.values()) {
      clearTimeout(timer);
      done();
    }
    this.#timers.clear();
  }

  /** Moves up to a second's messages, then ends the task or waits for the next second. */
  #advance(handle: string, source: Queue, task: MoveTask): void {
    const nowMs = this.#clock.nowMs();
    const targets = new Set<Queue>();
    let moved = 0;
    let stranded = false;
    this.#store.transaction(() => {
      const waiting = this.#store.all<StoredMessage>(
        'SELECT * FROM messages WHERE queue = ? AND visibleAtMs <= ? ORDER BY sequence LIMIT ?',
        source.settings.name,
        nowMs,
        task.MaxNumberOfMessagesPerSecond ?? NO_RATE,
      );
      for (const message of waiting) {
        const target = this.#target(message, task);
        if (target === undefined) stranded = true;
        else {
          this.#moveOne(message, target, nowMs);
          targets.add(target);
          moved += 1;
        }
      }
    });
    const now = {
      ...task,
      ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved + moved,
    };
    if (stranded)
      this.#end(handle, { ...now, Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' });
    else if (moved === 0 || source.depth().visible === 0) this.#end(handle, { ...now, Status: 'COMPLETED' });
    else this.#wait(handle, source, now);
    for (const queue of targets) queue.changed();
  }

  #target(message: StoredMessage, { DestinationArn }: MoveTask): Queue | undefined {
    if (DestinationArn !== undefined)
      return this.#queues.all().find((queue) => this.#queues.arn(queue.settings.name) === DestinationArn);
    return message.deadLetterSource === null ? undefined : this.#queues.byName(message.deadLetterSource);
  }

  /** A redriven message is a new message: new id, new time, no receives, behind all that was sent before. */
  #moveOne({ sequence }: StoredMessage, target: Queue, nowMs: number): void {
    this.#store.run(
      `INSERT INTO messages
         (queue, id, body, bodyMd5, attributes, attributesMd5, traceHeader, groupId, deduplicationId, sentMs, visibleAtMs)
       SELECT ?, ?, body, bodyMd5, attributes, attributesMd5, traceHeader, groupId, deduplicationId, ?, ?
       FROM messages WHERE sequence = ?`,
      target.settings.name,
      randomUUID(),
      nowMs,
      nowMs,
      sequence,
    );
    this.#store.run('DELETE FROM messages WHERE sequence = ?', sequence);
  }

  #wait(handle: string, source: Queue, task: MoveTask): void {
    this.#save(handle, task);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.track(promise);
    const timer = setTimeout(() => {
      this.#timers.delete(handle);
      this.#advance(handle, source, task);
      resolve();
    }, SECOND_MS);
    this.#timers.set(handle, { timer, done: resolve });
  }

  #end(handle: string, task: MoveTask): void {
    const waiting = this.#timers.get(handle);
    clearTimeout(waiting?.timer);
    waiting?.done();
    this.#timers.delete(handle);
    this.#save(handle, task);
  }

  #save(handle: string, task: MoveTask): void {
    this.#store.run('UPDATE moves SET task = ? WHERE handle = ?', JSON.stringify(task), handle);
  }
}
