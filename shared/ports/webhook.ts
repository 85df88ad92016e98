/** An address on the web that takes JSON messages. */
export interface Webhook {
  /** @throws Temporary when it did not take the message in time. */
  post(url: string, message: unknown): Promise<void>;
}
