/** An error that an AWS JSON service answers on purpose; everything else it throws becomes InternalFailure. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  /** @param code the name an SDK client throws it under, such as `QueueDoesNotExist` */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
