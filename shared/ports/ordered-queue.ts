/** A message, and the group whose order it keeps. */
export interface OrderedMessage {
  readonly group: string;
  readonly body: unknown;
}

/** A queue between two stages that hands out the messages of a group one after another, in the order sent. */
export interface OrderedQueue {
  /**
   * Sends every message, in order. What is the same to the last bit is taken once in five minutes.
   * @throws Temporary when one could not be sent; nothing behind its batch of ten was, some of the batch may have been
   */
  sendInOrder(messages: readonly OrderedMessage[]): Promise<void>;
}
