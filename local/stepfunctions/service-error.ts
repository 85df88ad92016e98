/** An error of the Step Functions API; `name` is what the wire and the SDK call it. */
export class StepFunctionsError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
