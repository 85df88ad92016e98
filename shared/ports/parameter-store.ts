/** Settings that people keep outside the code, such as the Slack webhook. */
export interface ParameterStore {
  /** @throws NotFound naming the parameter. */
  parameter(name: string): Promise<string>;
}
