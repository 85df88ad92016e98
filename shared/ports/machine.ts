/** A state machine that can be started. */
export interface Machine {
  /** Starts an execution under a name. @returns false when one of that name was started before: it runs once. */
  start(name: string, input: unknown): Promise<boolean>;
}
