/** Tasks of a state machine that wait to be answered. */
export interface TaskTokens {
  /** Answers a task. @throws Conflict when it was answered before, or does not wait any more: one answer wins. */
  answer(token: string, output: unknown): Promise<void>;
}
