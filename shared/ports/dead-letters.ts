/** A message that could not be handled. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** When it was first sent to its queue, in epoch milliseconds. */
  readonly sentMs: number;
}

/** How far the newest redrive of a dead-letter queue is. */
export interface Redrive {
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly moved: number;
  /** How many waited when it began, about. */
  readonly toMove: number;
  /** Why it failed, in the queue's words. */
  readonly reason?: string;
}

/** The dead-letter queue of one queue. */
export interface DeadLetters {
  /** Messages that wait in it, about. */
  depth(): Promise<number>;
  /** Up to ten of them, which stay where they are. */
  sample(): Promise<DeadLetter[]>;
  /** Begins to send all of them back to the queue they came from; at most `perSecond` a second when given. */
  redrive(perSecond?: number): Promise<void>;
  /** The newest redrive; undefined when there was none. */
  newestRedrive(): Promise<Redrive | undefined>;
}
