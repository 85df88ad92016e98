/** How much waits in a queue. */
export interface QueueBacklog {
  /** Messages that nobody has taken yet, about. @throws Temporary when it cannot be told now. */
  waiting(): Promise<number>;
}
