/** Where many listen: every message reaches every reader at least once, in any order. */
export interface Bus {
  /** @throws Temporary when any could not be taken (others may have been). */
  publishAll(
    messages: readonly {
      readonly body: string;
      /** What readers choose by; no value is empty. */
      readonly attributes: Readonly<Record<string, string>>;
    }[],
  ): Promise<void>;
}
