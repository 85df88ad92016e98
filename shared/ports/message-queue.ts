/** A queue between two stages. */
export interface MessageQueue {
  /** Sends every message, in batches. @throws Temporary when any could not be sent (others may have been). */
  sendAll(messages: readonly unknown[]): Promise<void>;
}
